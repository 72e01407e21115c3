# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For test scripts: header trees made from the packages of one Debian kernel, which tests/vm/fetch.sh
# brings. After real_tree_fetch NAME (of tests/vm/kernels.tsv):
#   $release    what `uname -r` prints there
#   $unpacked   the packages as they unpack, usr/src and lib/modules, without what no layout needs: other
#               architectures and drivers, so that copying them is quick
#   $debs       array of the header packages themselves
#   $build_name, $source_name   the two halves below usr/src

# Ends the script with a skipped test where packages cannot be had; 1 for a defect.
real_tree_fetch() { # name
	local reason status=0 file
	reason=$(tests/vm/fetch.sh "$1" 2>&1) || status=$?
	if [ $status -eq 75 ]; then
		skip "$(basename "$0"): header packages of $1" "$(tail -n 1 <<< "$reason")"
		finish
	elif [ $status -ne 0 ]; then
		echo "$reason"
		exit 1
	fi
	release=$(< "$BUILD/vm/$1/release")
	build_name=linux-headers-$release
	source_name=$(basename "$(readlink -f "$BUILD/vm/$1/source")")
	unpacked=$BUILD/vm/$1/slim
	make_slim "$BUILD/vm/$1/headers"
	debs=()
	while read -r file; do
		[[ $file == linux-headers-* ]] && debs+=("$BUILD/vm/cache/$file")
	done < "$BUILD/vm/$1/packages"
	[ ${#debs[@]} -eq 2 ] || { echo "expected two header packages, found: ${debs[*]}"; exit 1; }
}

# Makes $unpacked from the whole packages, if they are newer.
make_slim() { # whole
	local tree=usr/src/$source_name
	[ "$unpacked/$tree/Makefile" -nt "$1/../packages" ] && return
	rm -rf "$unpacked" "$unpacked.new"
	mkdir -p "$unpacked.new/$tree/arch/x86"
	cp -a "$1/lib" "$unpacked.new"
	cp -a "$1/usr/src/$build_name" "$unpacked.new/usr/src"
	cp -a "$1/$tree/include" "$unpacked.new/$tree"
	(cd "$unpacked.new/$tree/include" && rm -rf drm dt-bindings media rdma soc sound linux/mfd linux/platform_data)
	cp -a "$1/$tree/arch/x86/include" "$unpacked.new/$tree/arch/x86"
	cp "$1/$tree/Makefile" "$unpacked.new/$tree"
	mv "$unpacked.new" "$unpacked"
}

# A copy whose files may be replaced but not written to: where it can be, they are links.
copy_tree() { # from to
	mkdir -p "$(dirname "$2")"
	cp -al "$1" "$2" 2> /dev/null || { rm -rf "$2"; cp -a "$1" "$2"; }
}

# A root with the two halves below usr/src and an empty module directory.
make_root() { # directory
	mkdir -p "$1/usr" "$1/etc" "$1/lib/modules/$release"
	copy_tree "$unpacked/usr/src" "$1/usr/src"
	printf 'ID=debian\n' > "$1/etc/os-release"
}

# Both halves in one directory, as most distributions have them.
merge_tree() { # directory
	copy_tree "$unpacked/usr/src/$source_name" "$1"
	cp -a --remove-destination "$unpacked/usr/src/$build_name/." "$1"
	put "$1/Makefile" < "$unpacked/usr/src/$source_name/Makefile"
}

# Replaces a file of a tree that copy_tree made.
put() { # file < text
	mkdir -p "$(dirname "$1")"
	rm -f "$1"
	cat > "$1"
}

# The layout in an object, whatever the rest of it says.
layout_of() { # object
	"$BUILD/tracee-builder" inspect "$1" --format json | jq -r .metadata.layoutDigest
}
