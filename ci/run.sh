#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What CI runs: what the README says, with gcc; then the kernels of the matrix that 'make test' does not boot, but for
# those that are much as others, or marked red ('make vm-test' boots all); a part of the matrix of header packages, lint, clang,
# sanitizers, fuzzing. Each step's log is in build/ci/; the last line counts everything: N passed, N failed, N skipped.
# FUZZ_S (default 15): seconds for each fuzz target.
# MATRIX_KERNELS (default: Debian 13's own): releases of the matrix, as a pattern.
set -u
cd "$(dirname "$0")/.." || exit 1
export CI=true
logs=build/ci
mkdir -p $logs
passed=0 failed=0 skipped=0

step() { # name command...
	local name=$1 started=$SECONDS log=$logs/$1.log line status
	shift
	"$@" > "$log" 2>&1 < /dev/null
	status=$?
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
	if [ -n "$line" ]; then
		read -r p _ f _ s _ <<< "$line"
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
		grep -E '^ +skipped: ' "$log"
		[ $status -eq 0 ] || [ "$f" -gt 0 ] || failed=$((failed + 1))
	elif [ $status -eq 0 ]; then
		passed=$((passed + 1))
	elif [ $status -eq 75 ]; then # what is needed cannot be had here
		skipped=$((skipped + 1))
		printf '%-24s skipped: %s\n' "$name" "$(tail -n 1 "$log")"
		return
	else
		failed=$((failed + 1))
	fi
	printf '%-24s %s %4ds  %s\n' "$name" "$([ $status -eq 0 ] && echo ok || echo FAILED)" $((SECONDS - started)) "${line:+(${line})}"
	[ $status -eq 0 ] || tail -n 60 "$log" | sed 's/^/    /'
}

step deps ci/deps.sh -y build test lint
[ -x docs/demo.sh ] && step demo make CC=gcc WERROR=1 demo
step test make -j2 CC=gcc WERROR=1 test
step vm make vm-test VM_SET=ci
step headers-matrix env BUILD=build MATRIX=newest KERNELS="${MATRIX_KERNELS:-6.12.*+deb13-*}" tests/debian/headers_matrix.sh
step lint make lint
step clang make -j2 O=build/clang CC=clang WERROR=1 all unit-tests
step sanitizers make -j2 CC=clang SAN=address,undefined WERROR=1 check
step fuzz make -j2 fuzz FUZZ_S="${FUZZ_S:-15}"

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
