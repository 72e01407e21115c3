#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# initramfs.sh OUTPUT PATH=FILE...: a gzipped cpio archive (newc) for the kernel to unpack, in which each
# PATH holds a copy of FILE. Everything belongs to root and only root can write.
set -euo pipefail

output=$1
shift
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
umask 022

mkdir -p "$tree"/{dev,proc,sys,tmp,run,root,etc,lib/modules}
printf '%s\n' root:x:0:0::/: nobody:x:65534:65534::/: tester:x:1000:1000::/: > "$tree/etc/passwd"
for entry in "$@"; do
	mkdir -p "$tree/$(dirname "${entry%%=*}")"
	cp -L "${entry#*=}" "$tree/${entry%%=*}"
done
chmod -R go-w "$tree"
(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible) | gzip -1n > "$output.new"
mv "$output.new" "$output"
