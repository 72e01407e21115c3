#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How the kernels of the matrices are chosen, without a network.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/debian/header_packages.sh
source tests/debian/header_packages.sh
tab=$'\t'

record() { # package version depends
	printf 'Package: %s\nArchitecture: amd64\nVersion: %s\nDepends: %s\nDescription: headers\n\n' "$1" "$2" "$3"
}

listed() {
	awk -f tests/debian/header_packages.awk -v suite=here -v arch="$1"
}

flavours_are_told_apart() {
	local release
	for release in 6.1.0-0.deb11.52-cloud-amd64 6.12.118+deb13-arm64-16k 7.3-rt-amd64; do
		record "linux-headers-$release" 1-1 "linux-headers-${release%%-[acr]*}-common (= 1-1), linux-kbuild-1"
	done | listed amd64 > "$T/found"
	expect_equal "6.1${tab}cloud-amd64${tab}here${tab}amd64${tab}6.1.0-0.deb11.52-cloud-amd64${tab}1-1${tab}linux-headers-6.1.0-0.deb11.52-common
6.12${tab}arm64-16k${tab}here${tab}amd64${tab}6.12.118+deb13-arm64-16k${tab}1-1${tab}linux-headers-6.12.118+deb13-common
7.3${tab}rt-amd64${tab}here${tab}amd64${tab}7.3-rt-amd64${tab}1-1${tab}linux-headers-7.3-common" "$(< "$T/found")"
}

what_brings_no_headers_is_left_out() {
	expect_equal '' "$({
		record linux-headers-amd64 6.12.118-1 'linux-headers-6.12.118+deb13-amd64 (= 6.12.118-1)'
		record linux-headers-6.12-amd64 6.12.117-1 'linux-headers-6.12.117+deb12-amd64'
		record linux-headers-6.12.118+deb13-common 6.12.118-1 'libc6'
	} | listed amd64)"
}

the_newest_by_version_is_taken() {
	local version
	for version in 7.3~rc7-1~exp1 7.3.4-1~bpo13+1 7.3.10-1; do
		record "linux-headers-${version%-1*}-amd64" "$version" "linux-headers-${version%-1*}-common (= $version)"
	done | listed amd64 | newest_of_each '$1, $2' > "$T/found"
	expect_equal 7.3.10-amd64 "$(cut -f 5 "$T/found")"
}

what_is_there_is_not_downloaded_again() {
	apt_packages=$T
	touch "$T/linux-headers-1+x-amd64_1%3a2~rc1-1_amd64.deb"
	private_apt() { fail "apt was called"; }
	expect_equal "$T/linux-headers-1+x-amd64_1%3a2~rc1-1_amd64.deb" "$(download_once "$T" linux-headers-1+x-amd64 '1:2~rc1-1')"
}

run 'flavours of headers are told apart' flavours_are_told_apart
run 'a package that brings no headers is left out' what_brings_no_headers_is_left_out
run 'the newest is that with the newest version' the_newest_by_version_is_taken
run 'a package that is there is not downloaded again' what_is_there_is_not_downloaded_again
finish
