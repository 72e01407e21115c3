#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Where each distribution puts the headers of a kernel: on small roots of our own, the search must find
# them, by the source that is meant for it; and BTF that comes with them must agree.
# shellcheck source=tests/tap.sh
source "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/cli/header_tree.sh
source tests/cli/header_tree.sh
# shellcheck source=tests/cli/make_image.sh
source tests/cli/make_image.sh
# shellcheck disable=SC2317 # functions are called by their name
unset KERN_HEADERS CMD_CLANG CLANG HOST_ROOT
builder=$BUILD/tracee-builder
root() { mkdir -p "$T/root/$1"; }

# Moves the halves of a made-up tree to where they belong.
place() { # release build source
	rm -rf "$T/tree"
	make_header_tree "$T/tree" "$1"
	mkdir -p "$T/root/$(dirname "$2")" "$T/root/$(dirname "$3")"
	if [ "$2" = "$3" ]; then
		cp -r "$T/tree/source/." "$T/tree/build/"
		mv "$T/tree/build" "$T/root/$2"
	else
		mv "$T/tree/build" "$T/root/$2"
		mv "$T/tree/source" "$T/root/$3"
	fi
}

expect_found() { # release source-of-the-search place...
	local release=$1 source=$2
	shift 2
	capture "$builder" headers --root "$T/root" --kernel "$release" --format json
	expect_status 0
	expect_equal "$source" "$(jq -r '.findings[] | select(.chosen).source' <<< "$out")"
	for wanted in "$@"; do
		expect_in "'$T/root/$wanted'" "$(jq -r .result <<< "$out")"
	done
	capture "$builder" build --root "$T/root" --kernel "$release" --output-dir "$T/out"
	expect_status 0
	expect_equal "$release" "$("$builder" inspect "$out" --format json | jq -r .metadata.kernelRelease)"
}

debian() {
	place 6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-common
	expect_found 6.1.0-9-amd64 linux-headers usr/src/linux-headers-6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-common
}

# What a container must see: the halves, and where links in them lead to, each once, and nothing that is below one of these.
mounts_are_told() {
	local release=6.1.0-9-amd64
	place $release usr/src/linux-headers-$release usr/src/linux-headers-6.1.0-9-common
	root usr/lib/linux-kbuild-6.1/scripts/gcc-plugins
	root opt
	touch "$T/root/opt/one.h" "$T/root/opt/two.h"
	ln -s ../../lib/linux-kbuild-6.1/scripts "$T/root/usr/src/linux-headers-$release/scripts"
	ln -s /usr/lib/linux-kbuild-6.1/scripts/gcc-plugins "$T/root/usr/src/linux-headers-$release/plugins"
	ln -s /opt/one.h "$T/root/usr/src/linux-headers-6.1.0-9-common/include/one.h"
	ln -s /opt/two.h "$T/root/usr/src/linux-headers-6.1.0-9-common/include/two.h"
	ln -s ../linux-headers-6.1.0-9-common "$T/root/usr/src/linux-headers-$release/source"
	ln -s /nowhere "$T/root/usr/src/linux-headers-$release/nowhere"
	capture "$builder" headers --root "$T/root" --kernel $release --format mounts
	expect_status 0
	expect_equal "headers /usr/src/linux-headers-$release
headers /usr/src/linux-headers-6.1.0-9-common
mount /opt
mount /usr/lib/linux-kbuild-6.1/scripts" "$out"
	capture "$builder" headers --root "$T/root" --kernel 6.1.0-10-amd64 --format mounts
	expect_status 3
	expect_equal "" "$out"
	capture "$builder" headers --format something
	expect_status 2
	expect_in "none of text, json and mounts" "$err"
	capture "$builder" build --format mounts
	expect_status 2
}

# The realtime kernel has sources of its own, and the others must not take them.
debian_realtime() {
	place 6.1.0-9-rt-amd64 usr/src/linux-headers-6.1.0-9-rt-amd64 usr/src/linux-headers-6.1.0-9-common-rt
	place 6.1.0-9-cloud-amd64 usr/src/linux-headers-6.1.0-9-cloud-amd64 usr/src/linux-headers-6.1.0-9-common
	expect_found 6.1.0-9-rt-amd64 linux-headers usr/src/linux-headers-6.1.0-9-common-rt
	expect_found 6.1.0-9-cloud-amd64 linux-headers usr/src/linux-headers-6.1.0-9-common
	rm -r "$T/root/usr/src/linux-headers-6.1.0-9-common"
	capture "$builder" build --root "$T/root" --kernel 6.1.0-9-cloud-amd64
	expect_status 3
}

# '+' and '.' are letters of the name.
debian_13() {
	place 6.12.107+deb13-amd64 usr/src/linux-headers-6.12.107+deb13-amd64 usr/src/linux-headers-6.12.107+deb13-common
	mkdir -p "$T/root/usr/src/linux-headers-6x12.107+deb13-common"
	root usr/lib/modules/6.12.107+deb13-amd64
	ln -s usr/lib "$T/root/lib"
	ln -s ../../../src/linux-headers-6.12.107+deb13-amd64 "$T/root/usr/lib/modules/6.12.107+deb13-amd64/build"
	ln -s ../../../src/linux-headers-6.12.107+deb13-common "$T/root/usr/lib/modules/6.12.107+deb13-amd64/source"
	expect_found 6.12.107+deb13-amd64 modules lib/modules/6.12.107+deb13-amd64/build lib/modules/6.12.107+deb13-amd64/source
}

red_hat() {
	place 5.14.0-362.el9.x86_64 usr/src/kernels/5.14.0-362.el9.x86_64 usr/src/kernels/5.14.0-362.el9.x86_64
	expect_found 5.14.0-362.el9.x86_64 kernels usr/src/kernels/5.14.0-362.el9.x86_64
	# As its packages link: `source` leads to `build`.
	root lib/modules/5.14.0-362.el9.x86_64
	ln -s /usr/src/kernels/5.14.0-362.el9.x86_64 "$T/root/lib/modules/5.14.0-362.el9.x86_64/build"
	ln -s build "$T/root/lib/modules/5.14.0-362.el9.x86_64/source"
	expect_found 5.14.0-362.el9.x86_64 modules lib/modules/5.14.0-362.el9.x86_64/build
}

void() {
	place 6.12.68_1 usr/src/kernel-headers-6.12.68_1 usr/src/kernel-headers-6.12.68_1
	expect_found 6.12.68_1 kernels usr/src/kernel-headers-6.12.68_1
}

suse() {
	place 6.11.0-1-default usr/src/linux-6.11.0-1-obj/x86_64/default usr/src/linux-6.11.0-1
	expect_found 6.11.0-1-default suse usr/src/linux-6.11.0-1-obj/x86_64/default usr/src/linux-6.11.0-1
}

arch() {
	place 6.12.1-arch1-1 usr/lib/modules/6.12.1-arch1-1/build usr/lib/modules/6.12.1-arch1-1/build
	expect_found 6.12.1-arch1-1 modules usr/lib/modules/6.12.1-arch1-1/build
}

flatcar() {
	place 6.6.30-flatcar lib/modules/6.6.30-flatcar/build lib/modules/6.6.30-flatcar/source
	ln -s ../source "$T/root/lib/modules/6.6.30-flatcar/build/source"
	expect_found 6.6.30-flatcar modules lib/modules/6.6.30-flatcar/build lib/modules/6.6.30-flatcar/source
}

gentoo() {
	place 6.6.30-gentoo usr/src/linux-6.6.30-gentoo usr/src/linux-6.6.30-gentoo
	expect_found 6.6.30-gentoo sources usr/src/linux-6.6.30-gentoo
	mv "$T/root/usr/src/linux-6.6.30-gentoo" "$T/root/usr/src/linux"
	expect_found 6.6.30-gentoo sources usr/src/linux
	# The name says nothing: another kernel's tree is refused.
	capture "$builder" build --root "$T/root" --kernel 6.6.31-gentoo
	expect_status 4
	expect_in "'6.6.30-gentoo'" "$err"
}

# make O=: the build directory has a link to the sources, wherever they are.
built_outside_of_its_sources() {
	place 6.6.30-mine home/me/build home/me/linux
	ln -s /home/me/linux "$T/root/home/me/build/source"
	root lib/modules/6.6.30-mine
	ln -s /home/me/build "$T/root/lib/modules/6.6.30-mine/build"
	expect_found 6.6.30-mine modules lib/modules/6.6.30-mine/build lib/modules/6.6.30-mine/build/source
	rm -r "$T/root/home/me/linux"
	capture "$builder" build --root "$T/root" --kernel 6.6.30-mine
	expect_status 3
	expect_in "-v /home/me:$T/root/home/me:ro" "$err"
}

nixos() {
	local dev=nix/store/0123456789abcdfghijklmnpqrsvwxyz-linux-6.6.30-dev/lib/modules/6.6.30
	place 6.6.30 "$dev/build" "$dev/source"
	expect_found 6.6.30 nixos "$dev/build" "$dev/source"
}

# A leftover in the first place does not hide what is in a later one.
the_next_place_is_tried() {
	place 6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-common
	root lib/modules/6.1.0-9-amd64/build
	expect_found 6.1.0-9-amd64 linux-headers usr/src/linux-headers-6.1.0-9-amd64
	rmdir "$T/root/lib/modules/6.1.0-9-amd64/build"
	ln -s ../../../../nowhere "$T/root/lib/modules/6.1.0-9-amd64/build"
	expect_found 6.1.0-9-amd64 linux-headers usr/src/linux-headers-6.1.0-9-amd64
}

what_may_not_be_entered_is_told() {
	root lib/modules/6.1.0-9-amd64/build
	chmod 755 "$T"
	chmod 700 "$T/root/lib/modules"
	cp "$builder" "$T/tracee-builder"
	capture setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$T/tracee-builder" build \
		--root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
	expect_status 4
	expect_in "'$T/root/lib/modules/6.1.0-9-amd64/build' cannot be opened: Permission denied" "$err"
}

# The layout unit against a made-up tree, as BTF in an ELF file: what a vmlinux is to us.
make_vmlinux() { # build source vmlinux
	clang --target=bpf -g -O0 -c -x c -o "$3" -include "$2/include/linux/kconfig.h" -I "$2/arch/x86/include" -I "$2/include" \
		-I "$1/include" -I "$1/arch/x86/include/generated" -I "$2/include/uapi" bpf/layout.c
}

a_kernel_image_is_enough() {
	place 6.1.0-9-amd64 build source
	root boot
	make_vmlinux "$T/root/build" "$T/root/source" "$T/root/boot/vmlinux-6.1.0-9-amd64"
	rm -r "$T/root/build" "$T/root/source"
	PATH=/nowhere capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
	expect_status 0
	expect_equal "by name" "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
}

the_image_that_is_booted_is_enough() {
	local path build=$T/root/build
	place 6.1.0-9-amd64 build source
	make_vmlinux "$build" "$T/root/source" "$T/vmlinux"
	rm -r "$build" "$T/root/source"
	make_bzimage "$T/vmlinux" 6.1.0-9-amd64 "$T/vmlinuz"
	for path in boot/vmlinuz-6.1.0-9-amd64 lib/modules/6.1.0-9-amd64/vmlinuz usr/lib/modules/6.1.0-9-amd64/vmlinuz; do
		rm -rf "$T/root" "$T/out"
		root "$(dirname "$path")"
		cp "$T/vmlinuz" "$T/root/$path"
		PATH=/nowhere capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
		expect_status 0
		expect_in "'$T/root/$path'" "$err"
		expect_equal exact "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
	done
	# Given by name, it says which kernel it is.
	rm -r "$T/out"
	capture "$builder" build --btf "$T/vmlinuz" --output-dir "$T/out"
	expect_status 0
	expect_equal "6.1.0-9-amd64 exact" \
		"$("$builder" inspect "$out" --format json | jq -r '.metadata | .kernelRelease + " " + .match')"
	capture "$builder" build --btf "$T/vmlinux"
	expect_status 2
	expect_in "add --kernel RELEASE" "$err"
}

an_image_of_another_kernel_is_refused() {
	place 6.1.0-9-amd64 build source
	make_vmlinux "$T/root/build" "$T/root/source" "$T/vmlinux"
	rm -r "$T/root/build" "$T/root/source"
	root boot
	make_bzimage "$T/vmlinux" 6.1.0-8-amd64 "$T/root/boot/vmlinuz-6.1.0-9-amd64"
	capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
	expect_status 3
	expect_in "it says that it is kernel '6.1.0-8-amd64', asked for was '6.1.0-9-amd64'" "$err"
	capture "$builder" build --btf "$T/root/boot/vmlinuz-6.1.0-9-amd64" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
	expect_status 4
	expect_in "'6.1.0-8-amd64'" "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

an_image_that_only_root_may_read_is_told() {
	root boot
	echo junk > "$T/root/boot/vmlinuz-6.1.0-9-amd64"
	chmod 600 "$T/root/boot/vmlinuz-6.1.0-9-amd64"
	chmod 755 "$T" "$T/root" "$T/root/boot"
	cp "$builder" "$T/tracee-builder"
	[ "$(id -u)" -ne 0 ] && chmod 000 "$T/root/boot/vmlinuz-6.1.0-9-amd64"
	local as=()
	[ "$(id -u)" -eq 0 ] && as=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	capture "${as[@]}" "$T/tracee-builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
	expect_status 3
	expect_in "'$T/root/boot/vmlinuz-6.1.0-9-amd64': Permission denied: where only root may read it" "$err"
}

headers_are_compared_with_the_btf_beside_them() {
	local build=$T/root/usr/src/linux-headers-6.1.0-9-amd64 source=$T/root/usr/src/linux-headers-6.1.0-9-common
	place 6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-common
	make_vmlinux "$build" "$source" "$build/vmlinux"
	in_root() { capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out" "$@"; }
	match() { "$builder" inspect "$out" --format json | jq -r '.metadata | .match + ", " + (.source | split(" ")[0])'; }
	in_root
	expect_status 0
	[[ $err =~ proven\ by\ .*/vmlinux\':\ 0\ of\ [0-9]+\ fields\ differ ]] || fail "$err"
	expect_equal "proven, btf" "$(match)"
	in_root --layout headers
	expect_equal "exact, headers" "$(match)"
	PATH=/nowhere in_root
	expect_status 0
	expect_in "is not compared with the headers: no clang" "$err"
	expect_equal "exact, btf" "$(match)"
	# A member more in the headers, and all behind it is elsewhere.
	rm -r "$T/out"
	sed -i 's/int exit_code, pid, tgid;/int added, exit_code, pid, tgid;/' "$source/include/linux/kernel_of_test.h"
	in_root
	expect_status 4
	expect_in "are not of one kernel" "$err"
	expect_in task_struct "$err"
	expect_in tgid "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
	in_root --layout btf
	expect_status 0
	# An image without BTF has nothing to say.
	cp /bin/true "$build/vmlinux"
	in_root
	expect_status 0
	expect_in "not compared with the tree's own BTF" "$err"
	expect_equal "exact, headers" "$(match)"
	in_root --layout btf
	expect_status 3
}

# ---- roots that are not what they seem ----------------------------------------------------------------

no_control_characters() { # text
	[ "$(LC_ALL=C tr -d '\n' <<< "$1" | LC_ALL=C tr -dc '\000-\037\177' | wc -c)" -eq 0 ] || fail "control characters: $1"
}

names_do_not_act_upon_the_terminal() {
	root lib/modules/6.1.0-9-amd64
	ln -s $'/x\e]0;pwn\a\e[31my/b; touch PWN/z' "$T/root/lib/modules/6.1.0-9-amd64/build"
	for command in build headers; do
		capture "$builder" $command --root "$T/root" --kernel 6.1.0-9-amd64
		expect_status 3
		no_control_characters "$out$err"
		expect_in '\x1b]0;pwn' "$out$err"
		# What is to be pasted must be safe to paste.
		[[ $out$err != *"-v "* ]] || fail "$out$err"
	done
	capture "$builder" headers --root "$T/root" --kernel 6.1.0-9-amd64 --format json
	jq -e . <<< "$out" > "$T/json"
	capture "$builder" build --headers $'/no\nforged: line'
	expect_equal 1 "$(wc -l <<< "$err")"
}

only_the_kernel_speaks_for_itself() {
	root sys/kernel/btf
	place "$(uname -r)" "usr/src/kernels/$(uname -r)" "usr/src/kernels/$(uname -r)"
	make_vmlinux "$T/root/usr/src/kernels/$(uname -r)" "$T/root/usr/src/kernels/$(uname -r)" "$T/root/sys/kernel/btf/vmlinux"
	expect_found "$(uname -r)" kernels "usr/src/kernels/$(uname -r)"
	expect_equal exact "$("$builder" inspect "$T"/out/*.o --format json | jq -r .metadata.match)"
}

an_image_without_btf_does_not_hide_the_next() {
	place 6.1.0-9-amd64 build source
	root boot
	root usr/lib/debug/boot
	make_vmlinux "$T/root/build" "$T/root/source" "$T/root/usr/lib/debug/boot/vmlinux-6.1.0-9-amd64"
	rm -r "$T/root/build" "$T/root/source"
	echo junk > "$T/root/boot/vmlinux-6.1.0-9-amd64"
	capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"
	expect_status 0
	expect_in "usr/lib/debug/boot/vmlinux" "$err"
}

headers_alone_are_headers_alone() {
	capture "$builder" build --kernel 6.1.0 --btf "$T/x" --layout headers
	expect_status 2
	if [ -r /sys/kernel/btf/vmlinux ] && [ ! -e "/lib/modules/$(uname -r)/build" ]; then
		capture "$builder" build --layout headers --output-dir "$T/out"
		expect_status 3
	fi
}

odd_directories_do_not_end_the_search() {
	place 6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-common
	ln -s nix "$T/root/nix"
	ln -s kernels "$T/root/usr/src/kernels"
	echo stray > "$T/root/backup.tar"
	capture "$builder" build --root "$T/root" --output-dir "$T/out"
	expect_status 0
	capture "$builder" build --headers "$T/root" --output-dir "$T/out"
	expect_status 0
	capture "$builder" headers --root "$T/root"
	expect_status 0
}

files_that_are_none_are_refused() {
	local tree=usr/src/linux-headers-6.1.0-9-amd64 file
	place 6.1.0-9-amd64 $tree usr/src/linux-headers-6.1.0-9-common
	file=$T/root/$tree/include/generated/utsrelease.h
	in_root() { capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64 --output-dir "$T/out"; }
	rm "$file" && mkfifo "$file" && in_root
	expect_status 4
	expect_in "is no regular file" "$err"
	rm "$file" && ln -s ../../../../../../../../../../out "$file" && in_root
	expect_status 4
	expect_in "leads out of the root" "$err"
	rm "$file" && truncate -s 5M "$file" && in_root
	expect_status 4
	expect_in "larger than" "$err"
}

# Releases that are told are few, whatever there is.
a_root_of_many_kernels_asks_which() {
	local i
	for i in $(seq 70); do
		mkdir -p "$T/root/usr/src/kernels/6.1.$i/include/generated"
		echo "#define UTS_RELEASE \"6.1.$i\"" > "$T/root/usr/src/kernels/6.1.$i/include/generated/utsrelease.h"
	done
	capture "$builder" headers --root "$T/root"
	expect_status 2
	expect_equal "" "$out"
	expect_in "say with --kernel which is meant: '6.1.1', '6.1.10'" "$err"
	expect_in "and 56 or more" "$err"
	capture "$builder" headers --root "$T/root" --format json
	expect_status 2
	expect_in "say with --kernel" "$(jq -r .result <<< "$out")"
	expect_equal "false 0" "$(jq -r '"\(.found) \(.findings | length)"' <<< "$out")"
}

a_search_of_too_many_places_says_so() {
	local i
	for i in $(seq 300); do
		mkdir -p "$T/root/nix/store/$i-linux-6.1.0-9-amd64-dev/lib/modules/6.1.0-9-amd64/build"
	done
	capture "$builder" build --root "$T/root" --kernel 6.1.0-9-amd64
	expect_status 3
	expect_in "none of the first 256 places has headers of kernel '6.1.0-9-amd64'" "$err"
	expect_in "--headers" "$err"
	# What was found before there were too many is still told as found.
	place 6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-common
	for i in $(seq 300); do
		mkdir -p "$T/root/nix/store/$i-linux-6.1.0-9-amd64-dev/lib/modules/6.1.0-9-amd64/build"
	done
	capture "$builder" headers --root "$T/root" --kernel 6.1.0-9-amd64
	expect_status 0
	expect_in CHOSEN "$out"
}

a_package_that_is_missing_is_named() {
	place 6.1.0-9-amd64 usr/src/linux-headers-6.1.0-9-amd64 gone
	root lib/modules/6.1.0-9-amd64
	ln -s /usr/src/linux-headers-6.1.0-9-common "$T/root/lib/modules/6.1.0-9-amd64/source"
	ln -s /usr/src/linux-headers-6.1.0-9-amd64 "$T/root/lib/modules/6.1.0-9-amd64/build"
	tar -C "$T/root" -cf "$T/headers.tar" usr lib
	capture "$builder" build --headers "$T/headers.tar"
	expect_status 3
	expect_in "the package of 'linux-headers-6.1.0-9-common' is missing: name it too with --headers" "$err"
	[[ $err != *"-v "* ]] || fail "$err"
	TMPDIR=$T/none capture "$builder" build --headers "$T/headers.tar"
	expect_status 1
	expect_in "TMPDIR" "$err"
}

run "Debian: two halves in /usr/src" debian
run "what a container must see of it is told" mounts_are_told
run "Debian: a realtime kernel has sources of its own" debian_realtime
run "Debian 13: relative links on a merged /usr" debian_13
run "Red Hat: /usr/src/kernels, and links" red_hat
run "Void: an underscore in the release" void
run "SUSE: linux-V-obj and linux-V" suse
run "Arch: the tree in the module directory" arch
run "Flatcar: both halves in the module directory" flatcar
run "Gentoo: what stands in the tree decides" gentoo
run "sources that were built in another directory" built_outside_of_its_sources
run "NixOS: in the store" nixos
run "what is of no use does not hide the next place" the_next_place_is_tried
if [ "$(id -u)" -eq 0 ]; then
	run "a directory that may not be entered is told" what_may_not_be_entered_is_told
else
	skip "a directory that may not be entered is told" "needs root to run as another user"
fi
run "a kernel image with BTF is enough, without a compiler" a_kernel_image_is_enough
run "the image that is booted is enough, and says which kernel it is" the_image_that_is_booted_is_enough
run "an image of another kernel is refused" an_image_of_another_kernel_is_refused
run "an image that only root may read is told" an_image_that_only_root_may_read_is_told
run "names do not act upon the terminal, nor upon a shell" names_do_not_act_upon_the_terminal
run "only the kernel speaks for itself" only_the_kernel_speaks_for_itself
run "an image without BTF does not hide the next" an_image_without_btf_does_not_hide_the_next
run "headers alone are headers alone" headers_alone_are_headers_alone
run "odd directories do not end the search" odd_directories_do_not_end_the_search
run "files that are none are refused" files_that_are_none_are_refused
run "a root of many kernels asks which is meant" a_root_of_many_kernels_asks_which
run "a search of too many places says so" a_search_of_too_many_places_says_so
run "a package that is missing is named" a_package_that_is_missing_is_named
run "headers are compared with the BTF beside them" headers_are_compared_with_the_btf_beside_them
finish
