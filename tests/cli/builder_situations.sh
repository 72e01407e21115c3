#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The situations in which headers are not where they should be, each on a root made from the packages of
# a Debian kernel: what is found is the right object, and what is not is told with path, cause and cure.
# shellcheck source=tests/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/cli/real_tree.sh
source tests/cli/real_tree.sh
# shellcheck disable=SC2317 # functions are called by their name
unset KERN_HEADERS CMD_CLANG CLANG HOST_ROOT
builder=$BUILD/tracee-builder
real_tree_fetch 6.1
modules=lib/modules/$release

build() { # option...
	capture "$builder" build --output-dir "$T/out" "$@"
}

in_root() { # option...
	build --root "$T/root" --kernel "$release" "$@"
}

# The object that was made is that of the two halves, named one by one.
expect_right_object() {
	expect_status 0
	"$builder" -q build --headers "$unpacked/usr/src/$build_name" --headers "$unpacked/usr/src/$source_name" \
		--output-dir "$T/reference" > "$T/reference.path"
	cmp "$out" "$(< "$T/reference.path")"
}

expect_refused() { # status words...
	expect_status "$1"
	expect_equal "" "$out"
	[ ! -e "$T/out" ] || fail "left something behind"
	shift
	for word in "$@"; do expect_in "$word" "$err"; done
}

# ---- links ---------------------------------------------------------------------------------------

absolute_links() {
	make_root "$T/root"
	ln -s "/usr/src/$build_name" "$T/root/$modules/build"
	ln -s "/usr/src/$source_name" "$T/root/$modules/source"
	in_root
	expect_right_object
	capture "$builder" headers --root "$T/root" --kernel "$release"
	expect_status 0
	expect_in "link /$modules/build -> /usr/src/$build_name" "$out"
	expect_in "CHOSEN, exact, $release (x86_64)" "$out"
}

relative_links() {
	make_root "$T/root"
	ln -s "../../../usr/src/$build_name" "$T/root/$modules/build"
	ln -s "../../../usr/src/$source_name" "$T/root/$modules/source"
	in_root
	expect_right_object
}

# As Debian 13 packs them, on a system whose /lib is a link.
merged_usr() {
	make_root "$T/root"
	rm -r "$T/root/lib"
	mkdir -p "$T/root/usr/$modules"
	ln -s usr/lib "$T/root/lib"
	ln -s "../../../src/$build_name" "$T/root/usr/$modules/build"
	ln -s "../../../src/$source_name" "$T/root/usr/$modules/source"
	in_root
	expect_right_object
}

# The same links below a /lib that is a directory, as in an image of Alpine with /lib/modules mounted.
unmerged_usr_with_links_of_a_merged_one() {
	make_root "$T/root"
	ln -s "../../../src/$build_name" "$T/root/$modules/build"
	ln -s "../../../src/$source_name" "$T/root/$modules/source"
	in_root
	expect_right_object
	capture "$builder" headers --root "$T/root" --kernel "$release"
	expect_in "links that say ../../../src are meant from /usr/lib/modules" "$out"
}

usr_src_is_not_mounted() {
	make_root "$T/root"
	ln -s "/usr/src/$build_name" "$T/root/$modules/build"
	ln -s "/usr/src/$source_name" "$T/root/$modules/source"
	rm -r "$T/root/usr/src"
	in_root
	expect_refused 3 "'$T/root/$modules/build' leads by the link '$T/root/$modules/build' -> '/usr/src/$build_name'" \
		"which is not there ('$T/root/usr/src' is missing)" "-v /usr/src:$T/root/usr/src:ro" \
		"apt-get install linux-headers-$release"
}

a_loop() {
	make_root "$T/root"
	ln -s source "$T/root/$modules/build"
	ln -s build "$T/root/$modules/source"
	rm -r "$T/root/usr/src"
	in_root
	expect_refused 3 "'$T/root/$modules/build' never ends: more than 40 links"
}

a_link_out_of_the_root() {
	make_root "$T/root"
	mv "$T/root/usr/src" "$T/outside"
	ln -s "../../../../outside/$build_name" "$T/root/$modules/build"
	in_root
	expect_refused 4 "leads out of '$T/root' by the link '$T/root/$modules/build' -> '../../../../outside/$build_name'"
	# What it leads to as the root sees it is not there either.
	ln -sfn "$T/outside/$build_name" "$T/root/$modules/build"
	in_root
	expect_refused 3 "which is not there"
}

# Ubuntu's tree of a flavour is made of links into the one beside it.
links_between_trees() {
	local tree=$T/root/usr/src/$build_name name
	make_root "$T/root"
	for name in "$T/root/usr/src/$source_name"/include/*; do
		[ -e "$tree/include/${name##*/}" ] || ln -s "../../$source_name/include/${name##*/}" "$tree/include/"
	done
	for name in "$T/root/usr/src/$source_name"/arch/x86/include/*; do
		[ -e "$tree/arch/x86/include/${name##*/}" ] ||
			ln -s "../../../../$source_name/arch/x86/include/${name##*/}" "$tree/arch/x86/include/"
	done
	build --root "$T/root" --headers "/usr/src/$build_name"
	expect_status 0
	rm -r "$T/out"
	rm -r "${T:?}/root/usr/src/$source_name"
	build --root "$T/root" --headers "/usr/src/$build_name"
	expect_refused 3 "'include/linux/kconfig.h' is missing" "its link '$T/root/usr/src/$build_name/include/linux' -> '../../$source_name/include/linux'"
}

# ---- halves --------------------------------------------------------------------------------------

only_the_build_half() {
	make_root "$T/root"
	ln -s "/usr/src/$build_name" "$T/root/$modules/build"
	ln -s "/usr/src/$source_name" "$T/root/$modules/source"
	rm -r "${T:?}/root/usr/src/$source_name"
	in_root
	expect_refused 3 "'include/linux/kconfig.h' is missing" "'$T/root/$modules/source' leads by the link" \
		"'/usr/src/$source_name'" "apt-get install linux-headers-$release"
}

only_the_source_half() {
	make_root "$T/root"
	ln -s "/usr/src/$build_name" "$T/root/$modules/build"
	ln -s "/usr/src/$source_name" "$T/root/$modules/source"
	rm -r "${T:?}/root/usr/src/$build_name"
	in_root
	expect_refused 3 "'include/generated/autoconf.h' is missing" "'$T/root/$modules/build' leads by the link" \
		"apt-get install linux-headers-$release"
}

half_installed() {
	local tree=$T/root/usr/src
	make_root "$T/root"
	rm "$tree/$build_name/include/generated/bounds.h"
	in_root
	expect_refused 3 "'$tree/$build_name' is no complete build half of a header tree: 'include/generated/bounds.h' is missing"
	rm -r "$T/root"
	make_root "$T/root"
	rm "$tree/$source_name/include/linux/types.h"
	in_root
	expect_refused 3 "'$tree/$source_name' is no complete source half of a header tree: 'include/linux/types.h' is missing"
	rm -r "$T/root"
	make_root "$T/root"
	rm -r "$tree/$build_name/arch/x86/include/generated"
	in_root
	expect_refused 3 "is configured for x86_64 but has no 'arch/x86/include/generated'"
}

an_empty_build_directory() {
	make_root "$T/root"
	rm -r "$T/root/usr/src"
	mkdir "$T/root/$modules/build"
	in_root
	expect_refused 3 "'$T/root/$modules/build' is no header tree, nor half of one: 'include/generated/autoconf.h' is missing"
}

# ---- identity ------------------------------------------------------------------------------------

a_stale_tree_of_another_abi() {
	local other=${release/-amd64/.1-amd64}
	make_root "$T/root"
	mkdir "$T/root/lib/modules/$other"
	ln -s "/usr/src/$build_name" "$T/root/lib/modules/$other/build"
	ln -s "/usr/src/$source_name" "$T/root/lib/modules/$other/source"
	build --root "$T/root" --kernel "$other"
	expect_refused 4 "'$T/root/lib/modules/$other/build'" "the headers are for kernel '$release', asked for was '$other'"
}

another_flavour() {
	local other=${release/-amd64/-cloud-amd64}
	make_root "$T/root"
	mv "$T/root/usr/src/$build_name" "$T/root/usr/src/linux-headers-$other"
	build --root "$T/root" --kernel "$other"
	expect_refused 4 "the headers are for kernel '$release', asked for was '$other'"
	build --root "$T/root" --kernel "$other" --allow-mismatch
	expect_status 0
	expect_in "warning: the headers are for kernel '$release'" "$err"
	capture "$builder" headers --root "$T/root" --kernel "$other"
	expect_status 4
	expect_in "refused, other flavour, $release (x86_64)" "$out"
}

another_architecture() {
	make_root "$T/root"
	in_root --arch arm64
	expect_refused 4 "the headers are for x86_64, asked for was arm64"
}

halves_of_two_uploads() {
	make_root "$T/root"
	sed 's/^SUBLEVEL = .*/SUBLEVEL = 7/' "$unpacked/usr/src/$source_name/Makefile" | put "$T/root/usr/src/$source_name/Makefile"
	in_root
	expect_refused 4 "the source half '$T/root/usr/src/$source_name' of 6.1.7" "in one version"
}

another_upload() {
	local text
	make_root "$T/root"
	text=$(sed -n 's/^#define UTS_VERSION "\(.*\)"/\1/p' "$T/root/usr/src/$build_name/include/generated/utsversion.h")
	in_root --kernel-version "$text" --strict
	expect_right_object
	rm -r "$T/out"
	in_root --kernel-version "${text/Debian/Devian}" --strict
	expect_refused 4 "another upload" "'$text'" "'${text/Debian/Devian}'"
	in_root --kernel-version "${text/Debian/Devian}"
	expect_status 0
	expect_in "warning: the headers are of another upload" "$err"
	expect_in "other upload: " "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
}

shuffled_structures() {
	make_root "$T/root"
	{
		cat "$unpacked/usr/src/$build_name/include/generated/autoconf.h"
		echo '#define CONFIG_RANDSTRUCT_FULL 1'
	} | put "$T/root/usr/src/$build_name/include/generated/autoconf.h"
	in_root
	expect_refused 4 "CONFIG_RANDSTRUCT_FULL" "shuffled" "from its own BTF"
}

a_sublevel_beyond_255() {
	local tree=$T/root/usr/src
	make_root "$T/root"
	echo '#define UTS_RELEASE "6.1.300-long"' | put "$tree/$build_name/include/generated/utsrelease.h"
	printf '#define LINUX_VERSION_CODE %d\n#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))\n' \
		$((6 << 16 | 1 << 8 | 255)) | put "$tree/$build_name/include/generated/uapi/linux/version.h"
	sed 's/^SUBLEVEL = .*/SUBLEVEL = 300/' "$unpacked/usr/src/$source_name/Makefile" | put "$tree/$source_name/Makefile"
	build --root "$T/root" --headers "/usr/src/$build_name" --headers "/usr/src/$source_name"
	expect_status 0
	expect_equal "$T/out/tracee.bpf.6_1_300-long.$(tr . _ < VERSION).o" "$out"
	# Longer in the series than the byte can tell: another release of it is another kernel all the same.
	rm -r "$T/out"
	build --root "$T/root" --kernel 6.1.301-long --headers "/usr/src/$build_name" --headers "/usr/src/$source_name"
	expect_refused 4 "'6.1.300-long'" "'6.1.301-long'"
}

# ---- what is named -------------------------------------------------------------------------------

the_variable_is_never_ignored() {
	KERN_HEADERS=$T/nonsense build
	expect_refused 3 "'$T/nonsense' is not there"
	echo text > "$T/file"
	KERN_HEADERS=$T/file build
	expect_refused 4 "'$T/file'" "archive"
	KERN_HEADERS=$unpacked/usr/src/$source_name build
	expect_refused 3 "'$unpacked/usr/src/$source_name' is the source half of a header tree only" "pass the build half too"
	KERN_HEADERS=$unpacked/usr/src/$build_name build
	expect_refused 3 "'$unpacked/usr/src/$build_name' is the build half of a header tree only" "KERN_HEADERS=BUILD:SOURCE"
	KERN_HEADERS=$unpacked/usr/src/$build_name:$T/nonsense build
	expect_refused 3 "'$T/nonsense' is not there"
	KERN_HEADERS=$unpacked/usr/src/$build_name:$unpacked/usr/src/$source_name build
	expect_right_object
	KERN_HEADERS=$unpacked build
	expect_right_object
}

packages_are_named_in_any_order() {
	build --headers "${debs[0]}" --headers "${debs[1]}"
	expect_right_object
	build --headers "${debs[1]}" --headers "${debs[0]}"
	expect_right_object
	mkdir "$T/packages"
	cp "${debs[@]}" "$T/packages"
	build --headers "$T/packages"
	expect_right_object
	KERN_HEADERS=${debs[0]}:${debs[1]} build --kernel "$release"
	expect_right_object
	rm -r "$T/out"
	build --headers "${debs[0]}" --headers "$unpacked/usr/src/$source_name"
	expect_refused 2 "packages and directories"
	build --headers "$T/packages" --kernel 9.9.9-none
	expect_refused 3
	build --headers "$(printf '%s\n' "${debs[@]}" | grep common)"
	expect_refused 3 "no build half"
}

a_root_with_several_kernels_asks_which() {
	make_root "$T/root"
	copy_tree "$T/root/usr/src/$build_name" "$T/root/usr/src/linux-headers-6.1.0-1-amd64"
	echo '#define UTS_RELEASE "6.1.0-1-amd64"' | put "$T/root/usr/src/linux-headers-6.1.0-1-amd64/include/generated/utsrelease.h"
	build --root "$T/root"
	expect_refused 2 "--kernel" "'6.1.0-1-amd64'" "'$release'"
	rm -r "$T/root/usr/src/linux-headers-6.1.0-1-amd64"
	build --root "$T/root"
	expect_right_object
}

the_root_of_the_host_is_looked_at() {
	make_root "$T/root"
	HOST_ROOT=$T/root build --kernel "$release"
	expect_right_object
	rm -r "$T/out"
	HOST_ROOT=$T/nowhere build --kernel "$release"
	expect_refused 3 HOST_ROOT "'$T/nowhere'"
}

the_story_is_told_as_json_too() {
	make_root "$T/root"
	ln -s "/usr/src/$build_name" "$T/root/$modules/build"
	capture "$builder" headers --root "$T/root" --kernel "$release" --format json
	expect_status 0
	expect_equal true "$(jq .found <<< "$out")"
	expect_equal "linux-headers usable exact $release x86_64" "$(jq -r '.findings[] | select(.chosen) |
		[.source, .verdict, .grade, .release, .arch] | join(" ")' <<< "$out")"
	expect_equal "/usr/src/$build_name" "$(jq -r '.findings[] | select(.source == "modules") | .places[].links[].target' <<< "$out" | head -n 1)"
}

# ---- headers that a kernel carries in itself --------------------------------------------------------

# The archive of kernel/gen_kheaders.sh: both halves merged, comments gone but for licenses.
make_kheaders() { # file.tar.xz
	mkdir "$T/kheaders"
	cp -a "$unpacked/usr/src/$source_name/include" "$T/kheaders"
	mkdir -p "$T/kheaders/arch/x86"
	cp -a "$unpacked/usr/src/$source_name/arch/x86/include" "$T/kheaders/arch/x86"
	cp -a "$unpacked/usr/src/$build_name/include" "$unpacked/usr/src/$build_name/arch" "$T/kheaders"
	python3 tests/cli/strip_comments.py "$T/kheaders"
	tar -C "$T/kheaders" -c . | xz -0 -T0 > "$1"
}

kheaders_with_comments_stripped() {
	make_kheaders "$T/kheaders.tar.xz"
	build --headers "$T/kheaders.tar.xz"
	expect_status 0
	"$builder" -q build --headers "$unpacked" --output-dir "$T/reference" > "$T/reference.path"
	expect_equal "$(layout_of "$(< "$T/reference.path")")" "$(layout_of "$out")"
	expect_equal "$(basename "$(< "$T/reference.path")")" "$(basename "$out")"
}

kheaders_in_a_module_compressed_or_not() {
	local module=$T/root/$modules/kernel/kernel/kheaders.ko reference
	mkdir -p "$(dirname "$module")"
	make_kheaders "$T/kheaders.tar.xz"
	reference=$(layout_of "$("$builder" -q build --headers "$unpacked" --output-dir "$T/reference")")
	cat > "$T/kheaders.S" <<-END
		.section .rodata, "a"
		.globl kernel_headers_data, kernel_headers_data_end
		kernel_headers_data: .incbin "$T/kheaders.tar.xz"
		kernel_headers_data_end: .byte 0
		.section .modinfo, "a"
		.asciz "name=kheaders"
	END
	gcc -c -o "$T/kheaders.o" "$T/kheaders.S"
	local pack
	for pack in cat gzip xz zstd; do
		rm -rf "$T/out" "$module"*
		case $pack in
		cat) cp "$T/kheaders.o" "$module" ;;
		gzip) gzip -c "$T/kheaders.o" > "$module.gz" ;;
		xz) xz -0 -c "$T/kheaders.o" > "$module.xz" ;;
		zstd) zstd -qc "$T/kheaders.o" > "$module.zst" ;;
		esac
		in_root
		expect_status 0
		expect_equal "$reference" "$(layout_of "$out")"
	done
	head -c 100000 "$T/kheaders.o" > "$module"
	rm -rf "$T/out" "$module".*
	in_root
	expect_refused 4 "'$module'"
}

run "absolute links" absolute_links
run "relative links" relative_links
run "links of a merged /usr on a merged /usr" merged_usr
run "links of a merged /usr where /lib is a directory" unmerged_usr_with_links_of_a_merged_one
run "/usr/src is not mounted: the link, what is missing, the mount, the package" usr_src_is_not_mounted
run "a loop of links" a_loop
run "a link out of the root" a_link_out_of_the_root
run "a tree made of links into another, with and without that" links_between_trees
run "only the build half" only_the_build_half
run "only the source half" only_the_source_half
run "half-installed trees" half_installed
run "an empty build directory" an_empty_build_directory
run "a stale tree of another ABI" a_stale_tree_of_another_abi
run "another flavour" another_flavour
run "another architecture" another_architecture
run "halves of two uploads" halves_of_two_uploads
run "another upload" another_upload
run "shuffled structures" shuffled_structures
run "a sublevel beyond 255" a_sublevel_beyond_255
run "KERN_HEADERS is never ignored" the_variable_is_never_ignored
run "packages in any order, as files and as a directory" packages_are_named_in_any_order
run "a root with several kernels asks which" a_root_with_several_kernels_asks_which
run "the root of the host" the_root_of_the_host_is_looked_at
run "the story as JSON" the_story_is_told_as_json_too
run "kheaders with comments stripped" kheaders_with_comments_stripped
run "kheaders in a module, compressed or not" kheaders_in_a_module_compressed_or_not
finish
