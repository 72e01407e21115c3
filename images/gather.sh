#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# gather.sh BUILD DEST: put what each image holds into DEST/builder, DEST/full and DEST/slim, as it lies in the image: our
# programs in /tracee, and for the builder the libraries and the compiler that it runs, as this system has them. To be
# run on the same base that the images have: what that brings is left out.
set -euo pipefail
build=$1 dest=$2

install_ours() { # image program...
	local image=$1 program
	shift
	for program in "$@"; do install -D -s -m 755 "$build/$program" "$dest/$image/tracee/$program"; done
	mkdir -p "$dest/$image/tracee/licenses" "$dest/$image/run"
	install -d -m 1777 "$dest/$image/run/tracee" # of the readiness file, whoever we are
	install -m 644 LICENSE LICENSES/* "$dest/$image/tracee/licenses/"
}

# With every directory on the way, and below /usr where /lib is a link to it.
copy_file() { # image path
	local path
	path=$(realpath "$(dirname "$2")")/$(basename "$2")
	mkdir -p "$dest/$1$(dirname "$path")"
	cp -a "$path" "$dest/$1$path"
	[ ! -L "$path" ] || copy_file "$1" "$(realpath "$path")"
}

# The libraries that these programs name, but for the C library's own, which are the base's.
copy_libraries() { # image program...
	local image=$1 library
	shift
	ldd "$@" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u | while read -r library; do
		case $(basename "$library") in lib[cm].so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux*) continue ;; esac
		copy_file "$image" "$library"
	done
}

# The compiler finds its own headers from where it lies itself.
copy_clang() { # image
	local clang
	clang=$(realpath "$(command -v clang)")
	copy_file "$1" "$clang"
	copy_libraries "$1" "$clang"
	mkdir -p "$dest/$1/usr/bin"
	ln -sf "$clang" "$dest/$1/usr/bin/clang"
	copy_file "$1" "$(dirname "$(dirname "$clang")")/lib/clang"
	local resources
	resources=$(realpath "$(clang -print-resource-dir)")
	mkdir -p "$dest/$1$resources"
	cp -a "$resources/include" "$dest/$1$resources/"
}

rm -rf "$dest"
install_ours builder tracee-builder
copy_libraries builder "$build/tracee-builder"
copy_clang builder
cp -a "$dest/builder" "$dest/full"
install_ours full tracee tracee-runtime tracee-simulate
install_ours slim tracee tracee-runtime
"$build/tracee-builder" -q build --core --output-dir "$dest/slim/tracee" > /dev/null
mkdir -m 1777 "$dest/slim/tmp"
