# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Kernel images as they are booted, made up around the BTF that a test has.

put_bytes() { # file offset printf-format
	# shellcheck disable=SC2059 # the format is what is put
	printf "$3" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none
}

# What an x86 kernel has in front of its compressed ELF file: Documentation/arch/x86/boot.rst.
make_bzimage() { # vmlinux release vmlinuz
	local size
	xz --check=crc32 -c "$1" > "$3.payload"
	printf 'size' >> "$3.payload"
	size=$(stat -c %s "$3.payload")
	head -c 4096 /dev/zero > "$3"
	put_bytes "$3" 0x1f1 '\x01'
	put_bytes "$3" 0x1fe '\x55\xaa'
	put_bytes "$3" 0x202 'HdrS\x0f\x02'
	put_bytes "$3" 0x20e '\x00\x01'
	# The protected-mode code begins at 0x400, and the payload 0xc00 bytes on.
	put_bytes "$3" 0x248 '\x00\x0c'
	put_bytes "$3" 0x24c "$(printf '\\x%02x\\x%02x\\x%02x' $((size & 255)) $((size >> 8 & 255)) $((size >> 16)))"
	put_bytes "$3" 0x300 "$2 (me@here) #1 SMP"
	cat "$3.payload" >> "$3"
	rm "$3.payload"
}

# Documentation/arch/arm64/booting.rst: a header, and then the kernel as it lies in memory.
make_arm64_image() { # btf release image
	head -c 1024 /dev/zero > "$3"
	put_bytes "$3" 0 MZ
	put_bytes "$3" 56 'ARM\x64'
	put_bytes "$3" 512 "Linux version $2 (me@here) #1 SMP\\n"
	cat "$1" >> "$3"
}
