#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# seed_packages.sh DIRECTORY: the first inputs of package_fuzz, a few small files in each format.
set -euo pipefail
to=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

tree=usr/src/linux-headers-6.1.0-50-amd64
mkdir -p $tree/include/linux $tree/arch/x86/include/asm lib/modules/6.1.0-50-amd64 include/linux
echo '#define X 1' > $tree/include/linux/x.h
ln $tree/include/linux/x.h $tree/include/linux/y.h
ln -s ../x.h $tree/include/linux/z.h
echo CONFIG_X86=y > $tree/.config
echo '#define Y 1' > $tree/arch/x86/include/asm/a.h
ln -s /$tree lib/modules/6.1.0-50-amd64/build
cp $tree/.config include/linux/x.h

for format in gnu pax ustar v7; do
	tar --format=$format -cf "$to/$format.tar" usr lib include
done
for compress in gzip bzip2 xz zstd; do
	$compress -c "$to/ustar.tar" > "$to/tar.$compress"
done
printf '2.0\n' > debian-binary
cp "$to/tar.xz" data.tar.xz
cp "$to/tar.gzip" data.tar.gz
ar cr "$to/xz.deb" debian-binary data.tar.xz
ar cr "$to/gzip.deb" debian-binary data.tar.gz
find usr lib | cpio -o -H newc > "$to/newc.cpio" 2> /dev/null
cp "$to/ustar.tar" kernel-dev.tar
tar -cf "$to/nested.tar" kernel-dev.tar
cat "$to/tar.gzip" "$to/tar.gzip" > "$to/concatenated.apk"
{
	printf '\xed\xab\xee\xdb\x03\0\0\0'
	head -c 70 /dev/zero
	printf '\0\5'
	head -c 16 /dev/zero
	for _ in signature header; do
		printf '\x8e\xad\xe8\x01'
		head -c 12 /dev/zero
	done
	gzip -c "$to/newc.cpio"
} > "$to/payload.rpm"
