#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Header packages of Debian, as they are: the layout that clang makes of them must be that of the kernel
# image of the same packages, which brings its own BTF, member by member and bit by bit. Downloads what
# tests/vm/kernels.tsv names; boots nothing.
# shellcheck source=tests/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/cli/object_facts.sh
source tests/cli/object_facts.sh
unset KERN_HEADERS CMD_CLANG CLANG
builder=$BUILD/tracee-builder

# The compressed ELF file in a kernel image for x86 (Documentation/x86/boot.rst, payload_offset).
extract_vmlinux() { # vmlinuz vmlinux
	local kind magic offset
	for kind in xz zstd gzip; do
		case $kind in
		xz) magic='\xfd7zXZ\x00' ;;
		zstd) magic='\x28\xb5\x2f\xfd' ;;
		gzip) magic='\x1f\x8b\x08' ;;
		esac
		for offset in $(LC_ALL=C grep -aboP "$magic" "$1" | cut -d: -f1); do
			# What follows the stream is no part of it: that they complain of it means nothing.
			tail -c +$((offset + 1)) "$1" | "$kind" -dc > "$2" 2> /dev/null || true
			[ "$(head -c 4 "$2" | od -An -c | tr -d ' ')" = '177ELF' ] && return
		done
	done
	fail "no compressed kernel in '$1'"
}

from_headers() { # directory [build option...]
	local dir=$1
	shift
	"$builder" -q build --headers "$kernel/build" --headers "$kernel/source" --output-dir "$dir" "$@"
}

the_layout_is_the_images_own() {
	local tier
	extract_vmlinux "$kernel/vmlinuz" "$T/vmlinux"
	for tier in ring base; do
		facts "$(from_headers "$T/h" --tier $tier)" > "$T/headers"
		facts "$("$builder" -q build --kernel "$release" --btf "$T/vmlinux" --output-dir "$T/b" --tier $tier)" > "$T/image"
		[ "$(jq '[.types[].members // [] | length] | add' "$T/image")" -gt 20 ] || fail "nothing was compared"
		diff -u "$T/image" "$T/headers"
	done
}

# Every structure of the layout, and not only what the program reads: as where a package brings the image.
every_field_is_that_of_the_image() {
	extract_vmlinux "$kernel/vmlinuz" "$T/vmlinux"
	cp -a "$(readlink -f "$kernel/build")" "$T/build"
	cp "$T/vmlinux" "$T/build/vmlinux"
	capture "$builder" build --headers "$T/build" --headers "$kernel/source" --output-dir "$T/out"
	expect_status 0
	[[ $err =~ proven\ by\ .*:\ 0\ of\ [1-9][0-9]{3}\ fields\ differ ]] || fail "$err"
	expect_equal proven "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
}

# What we find in the image is, to the byte, what other programs find, and it says which kernel it is.
the_image_alone_is_enough() {
	local metadata='.metadata | .kernelRelease + " " + .match + " " + .source' digest
	extract_vmlinux "$kernel/vmlinuz" "$T/vmlinux"
	objcopy --dump-section .BTF="$T/btf" "$T/vmlinux" "$T/copy"
	digest=$(sha256sum "$T/btf" | cut -d' ' -f1)
	capture "$builder" -q build --btf "$kernel/vmlinuz" --output-dir "$T/named"
	expect_status 0
	expect_equal "$release exact btf sha256:$digest" "$("$builder" inspect "$out" --format json | jq -r "$metadata")"
	mkdir -p "$T/root/boot"
	cp "$kernel/vmlinuz" "$T/root/boot/vmlinuz-$release"
	PATH=/nowhere capture "$builder" -q build --root "$T/root" --kernel "$release" --output-dir "$T/found"
	expect_status 0
	cmp "$T/named/$(basename "$out")" "$out"
	capture "$builder" build --btf "$kernel/vmlinuz" --kernel "$release-other"
	expect_status 4
	expect_in "'$release'" "$err"
}

every_clang_gives_the_same_layout() {
	local clang n=0
	facts "$(from_headers "$T/reference")" > "$T/expected"
	for clang in clang clang-{9..30}; do
		command -v "$clang" > /dev/null || continue
		facts "$(from_headers "$T/out" --clang "$clang")" > "$T/found"
		diff -u "$T/expected" "$T/found" || fail "$clang"
		n=$((n + 1))
	done
	[ $n -gt 0 ] || fail "no clang was tried"
}

the_same_bytes_from_elsewhere_and_without_privileges() {
	local made
	made=$(from_headers "$T/reference")
	mkdir "$T/elsewhere"
	cp -rL "$kernel/build/include" "$kernel/build/arch" "$T/elsewhere"
	cp -r "$kernel/source/include" "$kernel/source/arch" "$kernel/source/Makefile" "$T/elsewhere"
	if [ "$(id -u)" -eq 0 ]; then
		chmod 755 "$T"
		install -d -o 65534 -g 65534 "$T/out"
		cp "$builder" "$T/tracee-builder"
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all env KERN_HEADERS="$T/elsewhere" \
			"$T/tracee-builder" build --output-dir "$T/out/mine"
	else
		KERN_HEADERS=$T/elsewhere "$builder" build --output-dir "$T/out/mine"
	fi
	cmp "$made" "$T/out/mine/$(basename "$made")"
}

the_headers_name_their_kernel() {
	expect_equal "$release" "$("$builder" inspect "$(from_headers "$T/out")" --format json | jq -r .metadata.kernelRelease)"
	capture from_headers "$T/other" --kernel "${release%-*}-other"
	expect_status 4
	expect_in "'$release'" "$err"
}

while IFS=$'\t' read -r name arch _; do
	# shellcheck disable=SC2053
	[[ $name == ${KERNELS:-@(5.10|6.1)} && $arch == amd64 ]] || continue
	kernel=$BUILD/vm/$name
	reason=$(tests/vm/fetch.sh "$name" 2>&1) || {
		if [ $? -eq 75 ]; then
			skip "$name: header packages" "$(tail -n 1 <<< "$reason")"
		else
			fetched() { fail "$reason"; }
			run "$name: packages are unpacked" fetched
		fi
		continue
	}
	release=$(< "$kernel/release")
	run "$name: the layout of the headers is that of the image" the_layout_is_the_images_own
	run "$name: every field is that of the image" every_field_is_that_of_the_image
	run "$name: the image that is booted is enough" the_image_alone_is_enough
	run "$name: every clang gives the same layout" every_clang_gives_the_same_layout
	run "$name: the same bytes from elsewhere, without privileges" the_same_bytes_from_elsewhere_and_without_privileges
	run "$name: the headers name their kernel" the_headers_name_their_kernel
done < <(grep -v '^#' tests/vm/kernels.tsv)
finish
