#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fetch.sh NAME: makes $BUILD/vm/NAME from the packages that kernels.tsv names:
#   vmlinuz     the kernel image               release     what `uname -r` prints in it
#   build       links to the two halves of     module.ko   the module, decompressed
#   source      the header tree                packages    what it was made from; written last
#
# Where packages come from says tests/debian/apt.sh. VM_APT_SOURCES (files, space between) replaces the
# machine's sources; VM_REFRESH=1 looks for newer packages although NAME is there.
#
# Ends with 0; 1 for a defect; 75 with the reason on stderr where packages cannot be had here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
vm=$BUILD/vm
# shellcheck source=tests/debian/apt.sh
source tests/debian/apt.sh
apt_indexes=$vm/apt
apt_packages=$vm/cache
apt_sources=${VM_APT_SOURCES:-}
tries_max=4

# Prints the columns of one kernel, one a line.
kernel_columns() { # name
	awk -F'\t' -v name="$1" '!/^#/ && $1 == name { for (i = 1; i <= 6; i++) print $i; found = 1 } END { exit !found }' \
		tests/vm/kernels.tsv
}

# The images of all indexes, newest first: prints `version package index`.
images() { # pattern index...
	local pattern=$1 from package
	shift
	for from in "$@"; do
		private_apt "$from" apt-cache pkgnames linux-image- | while read -r package; do
			[[ $package =~ ^$pattern$ ]] || continue
			printf '%s %s %s\n' "$(version_of "$from" "$package")" "$package" "$from"
		done
	done | sort -rV
}

# Prints an image package and those it is made of: since 6.16 the kernel and its modules have their own.
image_packages() { # index package
	echo "$2"
	private_apt "$1" apt-cache show --no-all-versions "$2" | sed -n 's/^Depends: //p' | tr , '\n' |
		sed -n 's/^ *\(linux-\(binary\|modules\)-[^ ]*\).*/\1/p'
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

# Image packages hold thousands of modules: only the kernel, its configuration and one module are unpacked.
unpack_image() { # directory module file...
	local directory=$1 module=$2 file
	shift 2
	mkdir -p "$directory/image"
	# tar fails where a package lacks one of these; what is missing of all is seen below.
	for file in "$@"; do
		dpkg-deb --fsys-tarfile "$file" |
			tar -x -C "$directory/image" --wildcards './boot/*' '*/vmlinuz' "*/$module.ko*" '*/modules.builtin' 2> /dev/null || true
	done
	take_module "$directory" "$module"
	take_kernel "$directory"
}

take_module() { # directory module
	local ko
	ko=$(find "$1/image" -name "$2.ko*" | head -n 1)
	case $ko in
	*.ko) cp "$ko" "$1/module.ko" ;;
	*.ko.xz) xz -dc "$ko" > "$1/module.ko" ;;
	*.ko.zst) zstd -qdc "$ko" > "$1/module.ko" ;;
	*.ko.gz) gzip -dc "$ko" > "$1/module.ko" ;;
	*) echo "fetch.sh: the packages of the image have no module '$2'" >&2; return 1 ;;
	esac
}

# In /boot up to 6.x; since 6.16 also beside the modules, then with a link.
take_kernel() { # directory
	local kernel
	kernel=$(find "$1/image" -type f \( -name 'vmlinu[xz]-*' -o -name 'vmlinu[xz]' \) | head -n 1)
	[ -n "$kernel" ] || { echo "fetch.sh: the packages of the image have no kernel" >&2; return 1; }
	ln -s "${kernel#"$1"/}" "$1/vmlinuz"
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

unpack() { # directory release module file...
	local directory=$1 release=$2 module=$3 file images=()
	shift 3
	rm -rf "$directory.new"
	mkdir -p "$directory.new/headers"
	for file in "$@"; do
		case ${file##*/} in
		linux-headers-*) dpkg-deb -x "$file" "$directory.new/headers" ;;
		*) images+=("$file") ;;
		esac
	done
	unpack_image "$directory.new" "$module" "${images[@]}"
	link_headers "$directory.new" "$release"
	echo "$release" > "$directory.new/release"
	basename -a "$@" > "$directory.new/packages"
	rm -rf "$directory"
	mv "$directory.new" "$directory"
}

# Downloads an image and its headers; prints the files.
download_kernel() { # index package headers
	local release=${2#linux-image-} wanted
	release=${release%-unsigned}
	wanted=$(header_packages "$1" "$release" "$3" && image_packages "$1" "$2")
	mapfile -t wanted <<< "$wanted"
	download "$1" "${wanted[@]}"
}

fetch() { # name arch suites image headers module
	local name=$1 arch=$2 suites=$3 pattern=$4 headers=$5 module=$6
	local suite index indexes=() found version package from list='' files release tries=0
	for suite in ${suites//,/ }; do
		find_index "$suite" "$arch" && indexes+=("$index")
	done
	[ ${#indexes[@]} -gt 0 ] ||
		unavailable "no repository of this machine's apt sources has suite ${suites//,/ or } signed by Debian (no network?)"
	found=$(images "$pattern" "${indexes[@]}")
	[ -n "$found" ] || unavailable "no package '$pattern' in ${indexes[*]##*/}"
	# Mirrors list packages that they no longer have: then an older one does as well.
	while [ $((tries++)) -lt $tries_max ] && read -r version package from; do
		list=$(download_kernel "$from" "$package" "$headers") && break
		list=
	done <<< "$found"
	[ -n "$list" ] || unavailable "none of the newest packages '$pattern' can be downloaded"
	mapfile -t files <<< "$list"
	release=${package#linux-image-}
	release=${release%-unsigned}
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
