#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One kernel's headers in the package formats of all distributions, each made with that distribution's own
# tool or by its rules from a real tree: all must give the layout of the tree that they came from.
# shellcheck source=tests/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/cli/real_tree.sh
source tests/cli/real_tree.sh
# shellcheck disable=SC2317 # functions are called by their name
unset KERN_HEADERS CMD_CLANG CLANG HOST_ROOT
builder=$BUILD/tracee-builder
real_tree_fetch 6.1

# The layout that every package must give.
reference() {
	layout_of "$("$builder" -q build --headers "$unpacked/usr/src/$build_name" \
		--headers "$unpacked/usr/src/$source_name" --output-dir "$T/reference")"
}

expect_the_layout() { # package...
	local file options=()
	for file in "$@"; do options+=(--headers "$file"); done
	rm -rf "$T/out"
	capture "$builder" build "${options[@]}" --output-dir "$T/out"
	expect_status 0
	expect_equal "$T/out/tracee.bpf.${release//./_}.$(tr . _ < VERSION).o" "$out"
	expect_equal "$(reference)" "$(layout_of "$out")"
	expect_equal "" "$(find "${TMPDIR:-/tmp}" /dev/shm -maxdepth 1 -name 'tracee-builder-unpack-*' -newer "$T/start")"
}

# The tree as RHEL has it: one directory.
stage_kernel_devel() { # root
	merge_tree "$1/usr/src/kernels/$release"
}

debian() {
	expect_the_layout "${debs[@]}"
}

# As Ubuntu packs: data.tar.zst, and the tree of a flavour leads into that of all flavours by links.
ubuntu() {
	local version=${release%-amd64} stage=$T/stage name
	mkdir -p "$stage/all/usr/src" "$stage/flavour/usr/src" "$stage/flavour/lib/modules/$release"
	copy_tree "$unpacked/usr/src/$source_name" "$stage/all/usr/src/linux-headers-$version"
	cp -a "$unpacked/usr/src/$build_name" "$stage/flavour/usr/src/linux-headers-$release"
	ln -s "/usr/src/linux-headers-$release" "$stage/flavour/lib/modules/$release/build"
	for name in "$stage/all/usr/src/linux-headers-$version"/include/*; do
		ln -s "../../linux-headers-$version/include/${name##*/}" "$stage/flavour/usr/src/linux-headers-$release/include/" \
			2> /dev/null || true # config and generated are of the flavour
	done
	for name in "$stage/all/usr/src/linux-headers-$version"/arch/x86/include/*; do
		ln -s "../../../../linux-headers-$version/arch/x86/include/${name##*/}" \
			"$stage/flavour/usr/src/linux-headers-$release/arch/x86/include/"
	done
	rm "$stage/flavour/usr/src/linux-headers-$release/Makefile"
	for name in all flavour; do
		mkdir -p "$stage/$name/DEBIAN"
		printf 'Package: linux-headers-%s\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: test\n' $name \
			> "$stage/$name/DEBIAN/control"
		dpkg-deb -Zzstd -z1 -b "$stage/$name" "$T/linux-headers-$name.deb" > "$T/dpkg.log"
	done
	expect_the_layout "$T/linux-headers-flavour.deb" "$T/linux-headers-all.deb"
	capture "$builder" build --headers "$T/linux-headers-flavour.deb" --output-dir "$T/none"
	expect_status 3
	expect_in "'include/linux/kconfig.h' is missing" "$err"
	expect_in "linux-headers-$version/include/linux" "$err"
}

make_rpm() { # name root ; into $T/rpms
	cat > "$T/$1.spec" <<-END
		Name: $1
		Version: 6.1.0
		Release: 1
		Summary: headers
		License: GPLv2
		AutoReqProv: no
		%define _build_id_links none
		%define __os_install_post %{nil}
		%description
		headers
		%install
		cp -al "$2/." "%{buildroot}" || cp -a "$2/." "%{buildroot}"
		%files
		/usr
	END
	rpmbuild --quiet -bb --define "_topdir $T/rpm" --define "_rpmdir $T/rpms" --define "_binary_payload ${3:-w1.gzdio}" \
		"$T/$1.spec" > "$T/rpm.log" 2>&1 || fail "$(tail "$T/rpm.log")"
}

red_hat() {
	stage_kernel_devel "$T/stage"
	make_rpm kernel-devel "$T/stage" w0.xzdio
	expect_the_layout "$(find "$T/rpms" -name '*.rpm')"
	rm -r "$T/rpms"
	make_rpm kernel-devel "$T/stage" w1.zstdio
	expect_the_layout "$(find "$T/rpms" -name '*.rpm')"
}

# R is V-FLAVOUR there, and the tree is split by package.
suse() {
	local version=${release%-amd64} source build
	source=$T/noarch/usr/src/linux-$version
	build=$T/arch/usr/src/linux-$version-obj/x86_64/amd64
	mkdir -p "$(dirname "$source")" "$(dirname "$build")" "$T/arch/usr/lib/modules/$release"
	copy_tree "$unpacked/usr/src/$source_name" "$source"
	cp -a "$unpacked/usr/src/$build_name" "$build"
	ln -s "../../../src/linux-$version-obj/x86_64/amd64" "$T/arch/usr/lib/modules/$release/build"
	ln -s "../../../src/linux-$version" "$T/arch/usr/lib/modules/$release/source"
	make_rpm kernel-default-devel "$T/arch"
	make_rpm kernel-devel "$T/noarch"
	expect_the_layout "$T"/rpms/*/kernel-devel-6* "$T"/rpms/*/kernel-default-devel-6*
	# Without the links, the names alone lead there.
	rm -r "$T/rpms" "$T/arch/usr/lib"
	make_rpm kernel-default-devel "$T/arch"
	make_rpm kernel-devel "$T/noarch"
	expect_the_layout "$T"/rpms/*/kernel-default-devel-6* "$T"/rpms/*/kernel-devel-6*
}

# Three gzip streams one behind the other, of tar archives of which only the last one has its end.
alpine() {
	local tree=$T/stage/usr/src/linux-headers-$release
	merge_tree "$tree"
	mkdir -p "$T/stage/lib/modules/$release"
	ln -s "/usr/src/linux-headers-$release" "$T/stage/lib/modules/$release/build"
	python3 tests/cli/make_apk.py "$T/linux-lts-dev.apk" "$T/stage"
	expect_the_layout "$T/linux-lts-dev.apk"
}

arch() {
	merge_tree "$T/stage/usr/lib/modules/$release/build"
	mkdir -p "$T/stage/usr/src"
	ln -s "../lib/modules/$release/build" "$T/stage/usr/src/linux"
	printf 'pkgname = linux-headers\npkgver = 6.1.0\n' > "$T/stage/.PKGINFO"
	tar -C "$T/stage" -c .PKGINFO usr | zstd -q -1 > "$T/linux-headers-6.1.0-x86_64.pkg.tar.zst"
	expect_the_layout "$T/linux-headers-6.1.0-x86_64.pkg.tar.zst"
}

# LinuxKit, Container-Optimized OS, and a directory of one's own.
tar_archives() {
	local tree=$T/stage/usr/src/linux-headers-$release
	merge_tree "$tree"
	tar -C "$T/stage" -c usr > "$T/kernel-dev.tar"
	expect_the_layout "$T/kernel-dev.tar"
	tar -C "$T" -cz kernel-dev.tar > "$T/layer.tgz"
	expect_the_layout "$T/layer.tgz"
	tar -C "$T/stage/usr/src" -c . | xz -0 -T0 > "$T/tree.tar.xz"
	expect_the_layout "$T/tree.tar.xz"
	tar -C "$tree" -c . | zstd -q -1 > "$T/bare.tar.zst"
	expect_the_layout "$T/bare.tar.zst"
}

begin() { # sentence function
	local of_format=$2
	started() { touch "$T/start"; "$of_format"; }
	run "$1" started
}

begin "Debian's packages" debian
begin "packages as Ubuntu makes them" ubuntu
if command -v rpmbuild > /dev/null; then
	begin "an rpm of Red Hat's kind" red_hat
	begin "rpms of SUSE's kind" suse
else
	skip "rpm packages" "rpmbuild is not installed"
fi
begin "an apk" alpine
begin "a package of Arch" arch
begin "tar archives, also one in another" tar_archives
finish
