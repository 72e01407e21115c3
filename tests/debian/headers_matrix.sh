#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes the object of every kernel whose headers the reachable Debian suites offer, twice: from the package
# files, and from the tree that they make when unpacked. Both must be the same bytes, pass their checks,
# be for that release, and agree with the kernel image where the package brings one. One line a kernel:
#   release  arch  version  seconds from the packages  from the tree  proof  size  result
#
#   MATRIX=newest    of each suite, architecture and flavour the newest release of each series (default)
#   MATRIX=all       every release
#   KERNELS=PATTERN  only releases that match
#
# A package that an index lists and the mirror does not have is `absent`: no fault of ours, but counted.
# The lines as JSON: $BUILD/debian/headers-matrix.jsonl. BUILDER replaces $BUILD/tracee-builder. Ends with
# 0; 1 if a kernel failed, or if none or, without KERNELS, fewer than 30 were made or refused; 75 with the
# reason where packages cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/debian/header_packages.sh
source tests/debian/header_packages.sh
builder=${BUILDER:-$BUILD/tracee-builder}
n_workers=2
n_at_least=$([ -n "${KERNELS:-}" ] && echo 1 || echo 30)
result=$debian/headers-matrix.jsonl

wanted_packages() {
	case ${MATRIX:-newest} in
	newest) all_header_packages | newest_of_each '$3, $4, $2, $1' ;;
	all) all_header_packages ;;
	*) echo "usage: MATRIX=newest|all [KERNELS=PATTERN] headers_matrix.sh" >&2; exit 2 ;;
	esac | sort -t $'\t' -k5,5V -k4,4 -k6,6V | while IFS=$'\t' read -r _ flavour suite arch release version common; do
		# shellcheck disable=SC2053
		[[ $release == ${KERNELS:-*} ]] || continue
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$suite" "$arch" "$release" "$version" "$common" "$flavour"
	done
}

# Runs the builder; sets $made, $seconds and $status. Its messages go to $work/NAME.log.
build() { # name option...
	local name=$1 started
	shift
	started=$(now)
	status=0
	made=$("$builder" build --output-dir "$work/$name" "$@" 2> "$work/$name.log") || status=$?
	seconds=$(seconds_since "$started")
}

# What the builder said of the kernel image that it compared with, or nothing.
proof_in() { # name
	grep -oE '[0-9]+ of [0-9]+ fields differ' "$work/$1.log" || true
}

last_line() { # name
	tail -n 1 "$work/$1.log"
}

# Structures shuffled by a secret are the one property of a tree for which headers must be refused.
is_shuffled() {
	grep -qE '^CONFIG_(GCC_PLUGIN_RANDSTRUCT|RANDSTRUCT_FULL|RANDSTRUCT_PERFORMANCE)=y' \
		"$work/root/usr/src/linux-headers-$release/.config"
}

# The object is of this very kernel: the release and architecture that it says.
is_of_kernel() { # object
	[ "$("$builder" inspect "$1" --format json | jq -r '.metadata.kernelRelease + " " + .metadata.kernelArch')" = \
		"$release $(kernel_arch "$arch")" ]
}

# Sets $reason to what is wrong with the proof, if anything is: a package with a kernel image must give one.
check_proof() { # proof from the packages, proof from the tree
	if [ "$1" != "$2" ]; then
		reason="from the packages '$1', from the tree '$2'"
	elif [ -e "$work/root/usr/src/linux-headers-$release/vmlinux" ]; then
		[[ $1 =~ ^0\ of\ [1-9] ]] || reason="the package brings vmlinux, and the builder said of it: '$1'"
	elif [ -n "$1" ]; then
		reason="the package brings no vmlinux, and the builder said: '$1'"
	fi
}

compare_objects() { # object from the packages, object from the tree
	if ! cmp "$1" "$2" > "$work/cmp.log" 2>&1; then
		reason="objects differ: $(last_line cmp)"
	elif ! "$builder" check "$1" > "$work/check.log" 2>&1; then
		reason="check: $(grep -m 1 FAIL "$work/check.log" || last_line check)"
	elif ! is_of_kernel "$1"; then
		reason="the object is not of this kernel"
	fi
}

# Sets $outcome and $reason, and what the line tells.
try_kernel() { # file...
	local file from_packages from_tree options=() status_packages
	for file in "$@"; do
		options+=(--headers "$file")
	done
	build packages "${options[@]}"
	from_packages=$made status_packages=$status seconds_packages=$seconds
	for file in "$@"; do
		dpkg-deb -x "$file" "$work/root"
	done
	build tree --root "$work/root" --kernel "$release" --arch "$(kernel_arch "$arch")"
	from_tree=$made seconds_tree=$seconds
	if [ "$status_packages $status" = '4 4' ] && is_shuffled; then
		outcome=refused reason=$(last_line packages)
	elif [ "$status_packages" -ne 0 ]; then
		reason="packages, status $status_packages: $(last_line packages)"
	elif [ "$status" -ne 0 ]; then
		reason="tree, status $status: $(last_line tree)"
	else
		size=$(stat -c %s "$from_packages")
		proof=$(proof_in packages)
		check_proof "$proof" "$(proof_in tree)"
		compare_objects "$from_packages" "$from_tree"
		[ -n "$reason" ] || outcome=ok
	fi
}

# Prints the kernel's line and removes what was unpacked, however the work on it ended.
report() {
	[ "$outcome" != FAILED ] || reason=${reason:-ended early: $(tail -qn 1 "$work"/*.log | tail -n 1)}
	rm -rf "$work"
	printf '%-34s %-6s %-21s %6s s %6s s  %-36s %6s  %s\n' "$release" "$arch" "$version" "$seconds_packages" "$seconds_tree" \
		"${proof:--}" "$size" "$outcome${reason:+: $reason}"
	jq -nc --arg release "$release" --arg arch "$arch" --arg version "$version" --arg suite "$suite" --arg flavour "$flavour" \
		--arg packages "$seconds_packages" --arg tree "$seconds_tree" --arg proof "$proof" --arg size "$size" \
		--arg outcome "$outcome" --arg reason "$reason" '{$release, $arch, $version, $suite, $flavour,
			seconds_packages: ($packages | tonumber), seconds_tree: ($tree | tonumber),
			fields: ($proof | capture(" of (?<n>[0-9]+) fields").n // "0" | tonumber),
			$proof, size: ($size | tonumber), $outcome, $reason}' >> "$result"
}

# One kernel, in a process of its own, which ends with it.
work_on() { # suite arch release version common flavour
	suite=$1 arch=$2 release=$3 version=$4 flavour=$6
	outcome=FAILED reason='' proof='' size=0 seconds_packages=0 seconds_tree=0
	local files
	work=$(mktemp -d "$debian/matrix.XXXXXX")
	trap report EXIT
	if files=$(download_headers "$1" "$2" "$3" "$4" "$5" 2> "$work/download.log"); then
		# shellcheck disable=SC2086 # names of packages have no spaces
		try_kernel $files
	else
		! grep -q ' 404 ' "$work/download.log" || outcome=absent
		reason="download: $(last_line download)"
	fi
}

work_on_all() {
	local line n=0
	while IFS=$'\t' read -r -a line; do
		[ $((n++)) -lt $n_workers ] || wait -n || true
		work_on "${line[@]}" < /dev/null &
	done
	wait
}

median() { # field
	jq -s "[.[] | select(.outcome == \"ok\") | .$1] | sort | .[length / 2 | floor] // 0" "$result"
}

with_outcome() { # outcome
	grep -c "\"outcome\":\"$1\"" "$result" || true
}

# A kernel that left no line ended without a word, and that is a failure too.
summarize() {
	local wanted ok refused absent failed
	wanted=$(wc -l < "$debian/headers-matrix.list")
	ok=$(with_outcome ok) refused=$(with_outcome refused) absent=$(with_outcome absent)
	failed=$((wanted - ok - refused - absent))
	echo
	echo "$wanted kernels: $ok ok, $refused refused, $failed failed, $absent absent from the mirror"
	jq -rs 'map(select(.fields > 0)) | "\(length) compared with their vmlinux: \(map(.fields) | add // 0) fields"' "$result"
	echo "median: $(median seconds_packages) s from the packages, $(median seconds_tree) s from the tree"
	echo "$((ok + refused)) passed, $failed failed, $absent skipped"
	[ "$failed" -eq 0 ] && [ "$ok" -gt 0 ] && [ $((ok + refused)) -ge "$n_at_least" ]
}

lock_debian
rm -rf "$debian"/matrix.??????
trap 'kill $(jobs -p) 2> /dev/null; exit 130' INT TERM
: > "$result"
wanted_packages > "$debian/headers-matrix.list"
[ -s "$debian/headers-matrix.list" ] || unavailable "no suite has headers that match '${KERNELS:-*}' (no network?)"
work_on_all < "$debian/headers-matrix.list"
summarize
