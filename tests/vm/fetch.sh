#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fetch.sh NAME: makes $BUILD/vm/NAME from the packages that kernels.tsv names:
#   vmlinuz     the kernel image               release     what `uname -r` prints in it
#   build       links to the two halves of     module.ko   the module, decompressed
#   source      the header tree                packages    what it was made from; written last
#
# Packages come from the mirrors and with the keys that this machine's own apt sources name, with the
# suite exchanged, through an apt configuration of our own below $BUILD/vm/apt: nothing of the machine
# is changed. apt verifies the signatures; only the expiry date of an index is not looked at, because
# archived suites are no longer signed anew. VM_APT_SOURCES (files, space between) replaces the
# machine's sources; VM_REFRESH=1 looks for newer packages although NAME is there.
#
# Ends with 0; 1 for a defect; 75 with the reason on stderr where packages cannot be had here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
vm=$BUILD/vm
keyring_of_debian=/usr/share/keyrings/debian-archive-keyring.gpg
index_max_age_min=720

unavailable() {
	echo "fetch.sh: $*" >&2
	exit 75
}

# Prints the columns of one kernel, one a line.
kernel_columns() { # name
	awk -F'\t' -v name="$1" '!/^#/ && $1 == name { for (i = 1; i <= 6; i++) print $i; found = 1 } END { exit !found }' \
		tests/vm/kernels.tsv
}

# Prints `role<TAB>URI<TAB>keyring` for each binary repository of the machine. The role is `security`
# or `main`: the two halves of Debian lie at different URIs. Keyring is `-` if none is named.
# Formats: sources.list(5), one line and deb822.
machine_repositories() {
	local files=${VM_APT_SOURCES:-}
	if [ -z "$files" ]; then
		files=$(find /etc/apt/sources.list /etc/apt/sources.list.d \( -name '*.list' -o -name '*.sources' \) \
			2> /dev/null | sort || true)
	fi
	local file
	for file in $files; do
		[ -r "$file" ] || continue
		case $file in
		*.sources) awk -f tests/vm/sources_deb822.awk "$file" ;;
		*) awk -f tests/vm/sources_list.awk "$file" ;;
		esac
	done | sort -u
}

# A configuration that keeps what the machine says about transport (proxies, certificates, retries)
# and nothing that weakens verification.
write_configuration() { # directory arch
	mkdir -p "$1/etc/apt.conf.d" "$1/etc/preferences.d" "$1/etc/sources.list.d" "$1/etc/trusted.gpg.d" \
		"$1/lists/partial" "$1/cache/archives/partial"
	: > "$1/status"
	apt-config dump | grep '^Acquire::' | grep -Ev '^Acquire::(IndexTargets|Allow|Check|[^ ]*::Allow)' > "$1/apt.conf"
	cat >> "$1/apt.conf" <<-END
		Dir::Etc "$1/etc/";
		Dir::Etc::netrc "/etc/apt/auth.conf";
		Dir::Etc::netrcparts "/etc/apt/auth.conf.d/";
		Dir::Etc::trusted "$1/etc/trusted.gpg";
		Dir::Etc::trustedparts "$1/etc/trusted.gpg.d/";
		Dir::State "$1/";
		Dir::State::lists "$1/lists/";
		Dir::State::status "$1/status";
		Dir::Cache "$1/cache/";
		Dir::Log "$1/";
		APT::Architecture "$2";
		APT::Architectures { "$2"; };
		APT::Get::AllowUnauthenticated "false";
		Acquire::AllowInsecureRepositories "false";
		Acquire::AllowWeakRepositories "false";
		Acquire::AllowDowngradeToInsecureRepositories "false";
		Acquire::Check-Valid-Until "false";
		Acquire::Languages "none";
		Acquire::Retries "3";
	END
	# As root, apt downloads as the user _apt, who may not be able to come here.
	if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid=_apt --clear-groups test -x "$1" 2> /dev/null; then
		echo 'APT::Sandbox::User "root";' >> "$1/apt.conf"
	fi
}

private_apt() { # directory program arguments...
	local directory=$1
	shift
	# Parts of the machine's configuration are read after APT_CONFIG; Dir::Etc above leads elsewhere.
	APT_CONFIG=$directory/apt.conf LC_ALL=C "$@"
}

is_fresh() { # directory
	[ -n "$(find "$1/done" -mmin -$index_max_age_min 2> /dev/null)" ]
}

# Makes the index of one suite at one repository with one keyring, if that exists and is Debian's.
update_index() { # directory uri suite arch keyring
	rm -rf "$1"
	write_configuration "$1" "$4"
	echo "deb [arch=$4 signed-by=$5] $2 $3 main" > "$1/etc/sources.list"
	private_apt "$1" apt-get -q update > "$1/update.log" 2>&1 || return 1
	grep -q '^[EW]: .*\(GPG\|not signed\|Failed to fetch\)' "$1/update.log" && return 1
	grep -qs '^Origin: Debian$' "$1"/lists/*_*Release || return 1
	touch "$1/done"
}

# Sets $index to the directory of a suite's index; fails if no repository of the machine has it.
find_index() { # suite arch
	local suite=$1 arch=$2 wanted=main role uri keyring key
	index=$vm/apt/$suite-$arch
	is_fresh "$index" && return 0
	case $suite in *-security | */updates) wanted=security ;; esac
	while IFS=$'\t' read -r role uri keyring; do
		[ "$role" = $wanted ] || continue
		[ -r "$keyring" ] || keyring=$keyring_of_debian
		for key in "$keyring" "$keyring_of_debian"; do
			[ -r "$key" ] || continue
			update_index "$index" "$uri" "$suite" "$arch" "$key" && return 0
			[ "$key" != "$keyring_of_debian" ] || break
		done
	done < <(machine_repositories)
	return 1
}

# The newest image of all indexes: prints `version package index`.
newest_image() { # pattern index...
	local pattern=$1 from package
	shift
	for from in "$@"; do
		private_apt "$from" apt-cache pkgnames linux-image- | while read -r package; do
			[[ $package =~ ^$pattern$ ]] || continue
			printf '%s %s %s\n' "$(version_of "$from" "$package")" "$package" "$from"
		done
	done | sort -V | tail -n 1
}

version_of() { # index package
	private_apt "$1" apt-cache show --no-all-versions "$2" | sed -n 's/^Version: //p'
}

# Prints the header packages of an image and those they need, that are named alike.
header_packages() { # index release patterns
	local package
	for package in $(tr , ' ' <<< "${3//@/$2}"); do
		echo "$package"
		private_apt "$1" apt-cache show --no-all-versions "$package" | sed -n 's/^Depends: //p' | tr , '\n' |
			sed -n 's/^ *\(linux-headers-[^ ]*\).*/\1/p'
	done | sort -u
}

# Downloads into the cache what is not there; apt compares the hashes, also of what is there.
download() { # index package... ; prints the files
	local from=$1 package version file
	shift
	mkdir -p "$vm/cache"
	for package in "$@"; do
		version=$(version_of "$from" "$package")
		[ -n "$version" ] || unavailable "$(basename "$from") has no package '$package'"
		echo "  FETCH   $package $version" >&2
		(cd "$vm/cache" && private_apt "$from" apt-get -q download "$package=$version") > "$vm/download.log" 2>&1 || {
			cat "$vm/download.log" >&2
			unavailable "download of '$package' $version failed; the next run continues"
		}
		file=$(find "$vm/cache" -name "${package}_${version//:/%3a}_*.deb" | head -n 1)
		[ -n "$file" ] || { echo "fetch.sh: no file for '$package' $version in '$vm/cache'" >&2; exit 1; }
		echo "$file"
	done
}

# Image packages hold thousands of modules: only the kernel, its configuration and one module are unpacked.
unpack_image() { # file directory module
	mkdir -p "$2/image"
	dpkg-deb --fsys-tarfile "$1" |
		tar -x -C "$2/image" --wildcards './boot/*' "*/$3.ko*" "*/modules.builtin"
	local ko
	ko=$(find "$2/image" -name "$3.ko*" | head -n 1)
	case $ko in
	*.ko) cp "$ko" "$2/module.ko" ;;
	*.ko.xz) xz -dc "$ko" > "$2/module.ko" ;;
	*.ko.zst) zstd -qdc "$ko" > "$2/module.ko" ;;
	*.ko.gz) gzip -dc "$ko" > "$2/module.ko" ;;
	*) echo "fetch.sh: '$1' has no module '$3'" >&2; return 1 ;;
	esac
	ln -s "image$(cd "$2/image" && find ./boot -name 'vmlinu[xz]-*' | sed 's/^\.//')" "$2/vmlinuz"
}

# Debian's two halves: linux-headers-RELEASE is the build directory, …-common… the source.
link_headers() { # directory release
	local tree=headers/usr/src common
	common=$(cd "$1/$tree" && find . -maxdepth 1 -name 'linux-headers-*-common*' | head -n 1)
	[ -d "$1/$tree/linux-headers-$2" ] || { echo "fetch.sh: no '$tree/linux-headers-$2' in the packages" >&2; return 1; }
	ln -s "$tree/linux-headers-$2" "$1/build"
	if [ -n "$common" ]; then
		ln -s "$tree/${common#./}" "$1/source"
	else
		ln -s build "$1/source"
	fi
}

# Whether NAME is there with all its parts.
is_unpacked() { # name
	local part
	for part in packages vmlinuz module.ko release build/Makefile source/Makefile; do
		[ -s "$vm/$1/$part" ] || return 1
	done
}

unpack() { # directory release module image headers...
	local directory=$1 release=$2 module=$3 image=$4 file
	shift 4
	rm -rf "$directory.new"
	mkdir -p "$directory.new/headers"
	unpack_image "$image" "$directory.new" "$module"
	for file in "$@"; do
		dpkg-deb -x "$file" "$directory.new/headers"
	done
	link_headers "$directory.new" "$release"
	echo "$release" > "$directory.new/release"
	basename -a "$image" "$@" > "$directory.new/packages"
	rm -rf "$directory"
	mv "$directory.new" "$directory"
}

fetch() { # name arch suites image headers module
	local name=$1 arch=$2 suites=$3 pattern=$4 headers=$5 module=$6
	local suite index indexes=() version package from release list files
	for suite in ${suites//,/ }; do
		find_index "$suite" "$arch" && indexes+=("$index")
	done
	[ ${#indexes[@]} -gt 0 ] ||
		unavailable "no repository of this machine's apt sources has suite ${suites//,/ or } signed by Debian (no network?)"
	read -r version package from < <(newest_image "$pattern" "${indexes[@]}") ||
		unavailable "no package '$pattern' in ${indexes[*]##*/}"
	release=${package#linux-image-}
	release=${release%-unsigned}
	list=$(download "$from" "$package" &&
		header_packages "$from" "$release" "$headers" | { mapfile -t wanted; download "$from" "${wanted[@]}"; }) ||
		exit $?
	mapfile -t files <<< "$list"
	if ! is_unpacked "$name" || [ "$(cat "$vm/$name/packages")" != "$(basename -a "${files[@]}")" ]; then
		echo "  UNPACK  vm/$name ($package $version)" >&2
		unpack "$vm/$name" "$release" "$module" "${files[@]}"
	fi
}

main() {
	local columns
	[ $# -eq 1 ] || { echo "usage: fetch.sh NAME" >&2; exit 2; }
	mapfile -t columns < <(kernel_columns "$1")
	[ ${#columns[@]} -eq 6 ] || { echo "fetch.sh: tests/vm/kernels.tsv has no kernel '$1'" >&2; exit 2; }
	if is_unpacked "$1" && [ -z "${VM_REFRESH:-}" ]; then
		return 0
	fi
	if ! command -v apt-get || ! command -v dpkg-deb; then
		unavailable "this machine has no apt"
	fi > /dev/null
	mkdir -p "$vm"
	exec 9> "$vm/lock"
	flock 9
	fetch "${columns[@]}"
}

main "$@"
