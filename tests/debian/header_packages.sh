# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that want the kernel headers of all Debian suites: sources apt.sh, whose variables it sets.
# Everything stands below $BUILD/debian: apt/ the indexes, cache/ the packages. DEBIAN_APT_SOURCES (files,
# space between) replaces the machine's apt sources.
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
debian=$BUILD/debian
# shellcheck source=tests/debian/apt.sh
source tests/debian/apt.sh
apt_indexes=$debian/apt
apt_packages=$debian/cache
apt_sources=${DEBIAN_APT_SOURCES:-}
header_suites=(bullseye bullseye-security bookworm bookworm-security bookworm-backports
	trixie trixie-security trixie-backports forky sid experimental)

# One user of the indexes at a time; downloads lock by themselves.
lock_debian() {
	command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || unavailable "this machine has no apt"
	mkdir -p "$debian" "$apt_packages/partial"
	exec 9> "$debian/lock"
	flock -n 9 || unavailable "'$debian/lock' is held: something else uses '$debian'"
}

# Prints the lines of header_packages.awk for one suite; fails if the suite cannot be had.
header_packages_of() { # suite arch
	local index
	find_index "$1" "$2" || return 1
	private_apt "$index" apt-cache pkgnames linux-headers- | sort |
		private_apt "$index" xargs -r apt-cache show |
		awk -f tests/debian/header_packages.awk -v suite="$1" -v arch="$2"
}

# The same for all suites, in their order; a release that several have in one version, once.
all_header_packages() {
	local suite arch
	for suite in "${header_suites[@]}"; do
		for arch in amd64 arm64; do
			header_packages_of "$suite" "$arch" || echo "${0##*/}: suite '$suite' of $arch cannot be had here, left out" >&2
		done
	done | awk -F'\t' '!seen[$4, $5, $6]++'
}

# Of lines that agree in these fields, the one with the newest version.
newest_of_each() { # awk expression of fields
	sort -t $'\t' -k6,6Vr -s | awk -F'\t' "!seen[$1]++"
}

# Prints the file of a package. A file comes to its place only when apt was content with its hash, so what
# is there is not looked at again.
download_once() { # index package version
	local pattern="$2_${3//:/%3a}_*.deb" partial=$apt_packages/partial file
	for file in "$apt_packages"/$pattern; do
		[ ! -e "$file" ] || { echo "$file"; return; }
	done
	(
		flock 8
		cd "$partial"
		rm -f -- $pattern
		private_apt "$1" apt-get -q download "$2=$3" > "download.log" 2>&1 || { cat download.log >&2; exit 1; }
		mv -- $pattern "$apt_packages/"
	) 8> "$partial/lock" || return 1
	echo "$apt_packages"/$pattern
}

# Prints the two files of a kernel's headers, the source half first.
download_headers() { # suite arch release version common
	download_once "$apt_indexes/$1-$2" "$5" "$4" && download_once "$apt_indexes/$1-$2" "linux-headers-$3" "$4"
}

# As tracee-builder calls it.
kernel_arch() { # Debian's name
	case $1 in amd64) echo x86_64 ;; *) echo "$1" ;; esac
}

now() {
	echo "${EPOCHREALTIME/,/.}"
}

seconds_since() { # now
	awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'
}
