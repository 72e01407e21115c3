#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# seed_images.sh ELF DIRECTORY: small kernel images around the BTF of an ELF file.
set -euo pipefail
# shellcheck source=tests/cli/make_image.sh
source tests/cli/make_image.sh

mkdir -p "$2"
make_bzimage "$1" 6.1.0-9-amd64 "$2/bzimage"
llvm-objcopy --dump-section .BTF="$2/btf" "$1" "$2/elf"
make_arm64_image "$2/btf" 6.1.0-9-arm64 "$2/flat"
for kind in gzip bzip2 zstd lzma; do
	"$kind" -c "$2/flat" > "$2/flat.$kind" || echo "no seed: $kind" >&2
done
head -c 64 /dev/zero > "$2/zboot"
put_bytes "$2/zboot" 0 'MZ\x00\x00zimg\x40'
put_bytes "$2/zboot" 12 "$(printf '\\x%02x\\x%02x' $(($(stat -c %s "$2/flat.gzip") % 256)) $(($(stat -c %s "$2/flat.gzip") / 256)))"
cat "$2/flat.gzip" >> "$2/zboot"
