#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What making an object from headers costs: the layout step beside clang -fsyntax-only of the same unit,
# and package files to object beside an unpacked tree to object, alternating in the same run. Prints tables;
# nothing is asserted. BENCH_HEADERS (default "5.10 6.1") names kernels of tests/vm/kernels.tsv, BENCH_ROUNDS
# (default 12) is how often.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
rounds=${BENCH_ROUNDS:-12}
work=$BUILD/bench
mkdir -p "$work"

once() { # mode round command...
	local mode=$1 round=$2 started
	shift 2
	started=${EPOCHREALTIME/./}
	"$@" > "$work/made" 2> "$work/messages" || { cat "$work/messages" >&2; return 1; }
	awk -v us=$((${EPOCHREALTIME/./} - started)) -v mode="$mode" -v round="$round" 'BEGIN { printf "%s\t%d\t%.2f\n", mode, round, us / 1000 }'
}

ways() { # kernel
	local directory=$BUILD/vm/$1 round file packages=()
	while read -r file; do
		[[ $file == linux-headers-* ]] && packages+=(--headers "$BUILD/vm/cache/$file")
	done < "$directory/packages"
	for ((round = 1; round <= rounds; round++)); do
		once "from the unpacked tree" $round "$BUILD/tracee-builder" build --output-dir "$work/objects" \
			--headers "$directory/build" --headers "$directory/source"
		once "from the packages" $round "$BUILD/tracee-builder" build --output-dir "$work/objects" "${packages[@]}"
	done
}

for kernel in ${BENCH_HEADERS:-5.10 6.1}; do
	status=0
	tests/vm/fetch.sh "$kernel" || status=$?
	if [ $status -ne 0 ]; then
		echo "Headers of $kernel: not measured, no packages"
		continue
	fi
	echo "Headers of $(< "$BUILD/vm/$kernel/release"), $rounds rounds:"
	"$BUILD/tests/bench/layout" "$rounds" "$BUILD/vm/$kernel/build" "$BUILD/vm/$kernel/source" > "$work/layout.tsv"
	awk -v ORDER='syntax only|layout' -v BASE='syntax only' -v UNIT=ms -f tests/bench/ratios.awk "$work/layout.tsv"
	ways "$kernel" > "$work/ways.tsv"
	awk -v ORDER='from the unpacked tree|from the packages' -v BASE='from the unpacked tree' -v UNIT=ms \
		-f tests/bench/ratios.awk "$work/ways.tsv"
done
