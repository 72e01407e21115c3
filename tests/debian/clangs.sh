# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that want clang of many versions: source header_packages.sh first, lock_debian, then this. A
# compiler is not installed but unpacked into $BUILD/debian/clang-N, with the libraries and the dynamic
# linker of its own suite.
host=$(dpkg --print-architecture 2> /dev/null || true)
# Where compilers are looked for, in this order. A suite of additions does not stand alone: what it
# lacks is taken from the one behind the colon.
clang_suites=(bookworm bullseye trixie forky sid experimental:sid)

# Ends the script with the status for what cannot be had here.
find_clang_indexes() {
	local suites
	command -v patchelf > /dev/null || unavailable "this machine has no patchelf"
	for suites in "${clang_suites[@]}"; do
		find_index "${suites%:*}" "$host" || unavailable "suite '${suites%:*}' cannot be had (no network?)"
	done
}

clang_program() { # number
	echo "$debian/clang-$1/usr/lib/llvm-$1/bin/clang"
}

# Prints the numbers of the compilers that a suite has.
clangs_of() { # suite
	private_apt "$apt_indexes/$1-$host" apt-cache pkgnames clang- | sed -n 's/^clang-\([0-9]*\)$/\1/p'
}

newest_clang() {
	local suites
	for suites in "${clang_suites[@]}"; do
		clangs_of "${suites%:*}"
	done | sort -n | tail -n 1
}

# Prints the first suites that have a compiler.
suites_with_clang() { # number
	local suites
	for suites in "${clang_suites[@]}"; do
		if clangs_of "${suites%:*}" | grep -qx "$1"; then
			tr : ' ' <<< "$suites"
			return
		fi
	done
	return 1
}

# Prints `index version dependencies` of a package, from the first suite that has it.
find_package() { # package suite...
	local package=$1 suite from
	shift
	for suite in "$@"; do
		from=$apt_indexes/$suite-$host
		private_apt "$from" apt-cache show --no-all-versions "$package" 2> /dev/null |
			awk -v from="$from" '/^Version: / { version = $2 }
				/^(Pre-)?Depends: / { $1 = ""; depends = depends "," $0 }
				END { if (version == "") exit 1; gsub(/ *\([^)]*\)| /, "", depends); print from, version, depends }' && return
	done
	return 1
}

# Of a dependency, what a compiler loads: shared libraries, and its own headers.
is_loaded() { # package
	case $1 in
	libclang-common-*) true ;;
	*-dev | *-data | libclang1-* | libobjc* | lib32* | libc6-*) false ;;
	lib* | zlib1g) true ;;
	*) false ;;
	esac
}

# Prints the files of a compiler and of all that it loads.
download_clang() { # number suite...
	local queue=("clang-$1") seen=' ' package from version depends one
	shift
	while [ ${#queue[@]} -gt 0 ]; do
		package=${queue[0]}
		queue=("${queue[@]:1}")
		case $seen in *" $package "*) continue ;; esac
		seen+="$package "
		read -r from version depends < <(find_package "$package" "$@") || continue
		download_once "$from" "$package" "$version" || return 1
		for one in $(tr ',|' '  ' <<< "$depends"); do
			! is_loaded "${one%:any}" || queue+=("${one%:any}")
		done
	done
}

# Makes the compiler find its own dynamic linker and libraries, by itself: it runs with a clean environment.
# A library with a search path of its own would not look at the compiler's.
bind_clang() { # directory number
	local program=$1/usr/lib/llvm-$2/bin/clang linker libraries loaded foreign
	# Up to glibc 2.33 the well-known name is a link, an absolute one.
	linker=$(find "$1" -type f \( -name 'ld-linux*.so.*' -o -name 'ld-2.*.so' \) | head -n 1)
	libraries=$(find "$1" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
	[ -n "$linker" ] || { echo "no dynamic linker among the packages of clang-$2" >&2; return 1; }
	patchelf --force-rpath --set-rpath "$libraries" --set-interpreter "$linker" "$program" || return 1
	find "$1" -type f \( -name 'libLLVM*.so*' -o -name 'libclang-cpp.so*' \) -exec patchelf --remove-rpath {} + || return 1
	loaded=$("$linker" --list "$program") || return 1
	foreign=$(grep -F '=>' <<< "$loaded" | grep -vF " => $1/" || true)
	[ -z "$foreign" ] || { echo "not among the packages of clang-$2: $(tr -s '\t\n' ' ' <<< "$foreign")" >&2; return 1; }
}

# Makes $debian/clang-N if it is not there; the list of packages is written last.
unpack_clang() { # number
	local directory=$debian/clang-$1 suites files file
	[ ! -e "$directory/packages" ] || return 0
	suites=$(suites_with_clang "$1") || { echo "no suite has clang-$1" >&2; return 1; }
	# shellcheck disable=SC2086 # names of suites and packages have no spaces
	files=$(download_clang "$1" $suites) || return 1
	rm -rf "$directory"
	mkdir -p "$directory"
	for file in $files; do
		dpkg-deb -x "$file" "$directory" || return 1
	done
	chmod 755 "$directory"
	bind_clang "$directory" "$1" || return 1
	# shellcheck disable=SC2086
	basename -a $files > "$directory/packages"
}
