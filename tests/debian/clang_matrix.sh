#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Parses the kernel headers of each series that Debian suites offer, of amd64 and of arm64, with clang of
# many versions, and compares the layouts: with the kernel image where the header package brings one, else
# with what the first clang made. Prints a table of seconds, one line a compiler.
#
#   CLANGS=LIST      versions, space between, `newest` among them (default: 9 11 13 14 16 19 newest)
#   KERNELS=PATTERN  only releases that match
#
# The results as JSON: $BUILD/debian/clang-matrix.jsonl. BUILDER replaces
# $BUILD/tracee-builder. Ends with 0; 1 if anything failed or nothing was tried; 75 with the reason where
# packages cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/debian/header_packages.sh
source tests/debian/header_packages.sh
# shellcheck source=tests/debian/clangs.sh
source tests/debian/clangs.sh
# shellcheck source=tests/cli/object_facts.sh
source tests/cli/object_facts.sh
builder=${BUILDER:-$BUILD/tracee-builder}
n_workers=2
result=$debian/clang-matrix.jsonl

# ---- kernels -----------------------------------------------------------------------------------

# Prints the plain kernels, for each series and architecture the newest first.
wanted_kernels() {
	all_header_packages | awk -F'\t' '$2 == $4' | sort -t $'\t' -k1,1V -k4,4 -k6,6Vr |
		while IFS=$'\t' read -r -a line; do
			# shellcheck disable=SC2053
			[[ ${line[4]} != ${KERNELS:-*} ]] || (IFS=$'\t'; echo "${line[*]}")
		done
}

# Unpacks a kernel's headers and makes the facts that all layouts are compared with, if the package can.
# Fails if they cannot be downloaded.
unpack_kernel() { # series flavour suite arch release version common
	local tree=$work/$1-$4 files file
	files=$(download_headers "$3" "$4" "$5" "$6" "$7" 2> "$work/download.log") || return 1
	mkdir "$tree"
	for file in $files; do
		dpkg-deb -x "$file" "$tree/root"
	done
	ln -s "root/usr/src/linux-headers-$5" "$tree/build"
	ln -s "root/usr/src/$7" "$tree/source"
	[ ! -e "$tree/build/vmlinux" ] ||
		facts "$("$builder" -q build --btf "$tree/build/vmlinux" --kernel "$5" --output-dir "$tree/image")" > "$tree/expected"
}

# Unpacks of each series and architecture the newest kernel that can be downloaded. Mirrors list packages
# that they do not have.
unpack_kernels() {
	local kernel
	while IFS=$'\t' read -r -a kernel; do
		[ ! -d "$work/${kernel[0]}-${kernel[3]}" ] || continue
		if unpack_kernel "${kernel[@]}"; then
			(IFS=$'\t'; echo "${kernel[*]}") >> "$work/kernels"
		else
			echo "${kernel[4]} of ${kernel[3]} left out: $(tail -n 1 "$work/download.log")" >&2
		fi
	done
}

# ---- one compiler, one kernel ------------------------------------------------------------------

# Sets $outcome to ok or to what is wrong.
parse() { # tree clang
	local tree=$1 out=$1/$2 made started
	mkdir "$out"
	started=$(now)
	made=$("$builder" build --headers "$tree/build/" --headers "$tree/source/" --output-dir "$out" \
		--clang "$(clang_program "$2")" 2> "$out/log") || {
		outcome=$(tail -n 1 "$out/log")
		return
	}
	seconds=$(seconds_since "$started")
	facts "$made" > "$out/facts"
	if [ ! -e "$tree/expected" ]; then
		cp "$out/facts" "$tree/expected"
		outcome=ok
	elif [ "$(jq '[.types[].members // [] | length] | add' "$out/facts")" -le 20 ]; then
		outcome="nothing was compared"
	else
		diff -u "$tree/expected" "$out/facts" > "$out/diff" && outcome=ok || outcome="another layout: $(grep -c '^[-+] ' "$out/diff") lines differ"
	fi
}

work_on() { # clang series flavour suite arch release...
	outcome='ended early' seconds=0
	# shellcheck disable=SC2064 # the arguments of now
	trap "record '$1' '$2' '$5' '$6'" EXIT
	parse "$work/$2-$5" "$1"
}

record() { # clang series arch release
	jq -nc --arg clang "$1" --arg series "$2" --arg arch "$3" --arg release "$4" --arg seconds "$seconds" --arg outcome "$outcome" \
		'{$clang, $series, $arch, $release, seconds: ($seconds | tonumber), $outcome}' >> "$result"
}

# ---- all of them -------------------------------------------------------------------------------

print_heading() {
	printf '%-10s' clang
	awk -F'\t' '{ printf " %12s", $1 " " $4 }' "$work/kernels"
	echo
}

print_row() { # clang
	local version
	version=$("$(clang_program "$1")" --version 2> /dev/null | sed -n '1s/.*version \([0-9.]*\).*/\1/p' || true)
	printf '%-10s' "${version:-$1}"
	while IFS=$'\t' read -r series _ _ arch _; do
		jq -rj --arg clang "$1" --arg series "$series" --arg arch "$arch" 'select(.clang == $clang and .series == $series and .arch == $arch) |
			if .outcome == "ok" then .seconds else "FAILED" end' "$result" | awk '{ printf " %12s", $0; n++ } END { if (!n) printf " %12s", "-" }'
	done < "$work/kernels"
	echo
	jq -r --arg clang "$1" 'select(.clang == $clang and .outcome != "ok") | "  \(.release): \(.outcome)"' "$result"
}

try_clang() { # number
	local n=0 kernel
	if ! unpack_clang "$1" > "$work/clang.log" 2>&1; then
		jq -nc --arg clang "$1" --arg outcome "not unpacked: $(tail -n 1 "$work/clang.log")" '{$clang, release: "-", $outcome}' >> "$result"
	else
		while IFS=$'\t' read -r -a kernel; do
			[ $((n++)) -lt $n_workers ] || wait -n || true
			work_on "$1" "${kernel[@]}" < /dev/null &
		done < "$work/kernels"
		wait
	fi
	print_row "$1"
}

# What was not tried fails too.
summarize() { # number of clangs
	local n ok
	n=$(wc -l < "$work/kernels")
	ok=$(grep -c '"outcome":"ok"' "$result" || true)
	echo
	echo "$1 compilers, $n kernels, $(find "$work" -path '*/image' -prune -printf x | wc -c) of them compared with their vmlinux: $ok of $((n * $1)) parsed with the same layout"
	[ "$ok" -gt 0 ] && [ "$ok" -eq $((n * $1)) ]
}

lock_debian
rm -rf "$debian"/clangs.??????
work=$(mktemp -d "$debian/clangs.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'kill $(jobs -p) 2> /dev/null; exit 130' INT TERM
: > "$work/kernels"
find_clang_indexes
wanted_kernels > "$work/candidates"
unpack_kernels < "$work/candidates"
[ -s "$work/kernels" ] || unavailable "no suite has headers that match '${KERNELS:-*}'"
: > "$result"
read -r -a clangs <<< "${CLANGS:-9 11 13 14 16 19 newest}"
clangs=("${clangs[@]/#newest/$(newest_clang)}")
print_heading
for clang in "${clangs[@]}"; do
	try_clang "$clang"
done
summarize ${#clangs[@]}
