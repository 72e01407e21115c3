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
	# cmocka calls a test that was skipped `not ok 7 # SKIP name`, and TAP itself `ok 7 - name # SKIP reason`.
	skips=$(count '^(not )?ok .*# SKIP')
	oks=$(grep -E '^ok ' "$log" | grep -vc '# SKIP' || true)
	bad=$(grep -E '^not ok ' "$log" | grep -vc '# SKIP' || true)
	if [ $((oks + skips + bad)) -eq 0 ]; then
		echo "not ok - $name ran no test (exit status $status)" >> "$log"
		bad=1
	elif [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "not ok - $name ended with status $status" >> "$log"
		bad=1
	fi
	printf '%-58s %3d passed %3d failed %3d skipped  %4ds\n' "$name" "$oks" "$bad" "$skips" $((SECONDS - started))
	# The reason of a test of cmocka's stands in the line before: `SKIP: reason`.
	awk '/^SKIP: / { reason = substr($0, 7) }
		/^ok .*# SKIP/ { sub(/^ok [0-9]* *-* */, ""); print "    skipped: " $0 }
		/^not ok .*# SKIP/ { sub(/^not ok [0-9]* # SKIP /, ""); print "    skipped: " $0 (reason ? " # SKIP " reason : "") }
		/^(not )?ok / { reason = "" }' "$log"
	if [ "$bad" -ne 0 ]; then
		sed 's/^/    /' "$log" | tail -n 200
	fi
	passed=$((passed + oks)) failed=$((failed + bad)) skipped=$((skipped + skips))
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
