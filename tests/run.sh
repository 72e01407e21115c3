#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh LOGS TEST...: run test programs that print TAP, one after the other, and count.
# Shows what failed with its output, every skip with its reason, and `N passed, N failed, N skipped`
# as the last line. A program that ran no test, or that ended with a failure it did not print, counts
# as failed. TEST_TIMEOUT (seconds, default 900) bounds each program.
set -u

logs=$1
shift
mkdir -p "$logs"
passed=0 failed=0 skipped=0

count() { # pattern of grep -c
	grep -cE "$1" "$log" || true
}

for program in "$@"; do
	name=${program#"${BUILD:-build}"/}
	log=$logs/$(tr / _ <<< "$name").log
	started=$SECONDS
	CMOCKA_MESSAGE_OUTPUT=TAP timeout "${TEST_TIMEOUT:-900}" "$program" > "$log" 2>&1 < /dev/null
	status=$?
	skips=$(count '^ok .*# SKIP')
	oks=$(( $(count '^ok ') - skips ))
	bad=$(count '^not ok ')
	if [ $((oks + skips + bad)) -eq 0 ]; then
		echo "not ok - $name ran no test (exit status $status)" >> "$log"
		bad=1
	elif [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "not ok - $name ended with status $status" >> "$log"
		bad=1
	fi
	printf '%-58s %3d passed %3d failed %3d skipped  %4ds\n' "$name" "$oks" "$bad" "$skips" $((SECONDS - started))
	grep -E '^ok .*# SKIP' "$log" | sed 's/^ok [0-9]* *-* */    skipped: /'
	if [ "$bad" -ne 0 ]; then
		sed 's/^/    /' "$log" | tail -n 200
	fi
	passed=$((passed + oks)) failed=$((failed + bad)) skipped=$((skipped + skips))
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
