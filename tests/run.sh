#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh LOGS [TEST... --] TEST...: run test programs that print TAP, and count. Those before `--` do not disturb each other: they
# run TEST_JOBS at a time (default: the number of processors); the others run alone, one after the other.
# Shows what failed with its output, every skip with its reason, and `N passed, N failed, N skipped`
# as the last line. A program that ran no test, or that ended with a failure it did not print, counts
# as failed. TEST_TIMEOUT (seconds, default 900) bounds each program.
set -u

logs=$1
shift
mkdir -p "$logs"
passed=0 failed=0 skipped=0

name_of() { # program
	echo "${1#"${BUILD:-build}"/}"
}

log_of() { # program
	echo "$logs/$(name_of "$1" | tr / _).log"
}

count() { # pattern of grep -c
	grep -cE "$1" "$log" || true
}

# Runs a program; leaves what is to be told of it in its log's .told, and the counts in .counts.
run_program() { # program
	local name log status oks skips bad started=$SECONDS
	name=$(name_of "$1") log=$(log_of "$1")
	CMOCKA_MESSAGE_OUTPUT=TAP timeout "${TEST_TIMEOUT:-900}" "$1" > "$log" 2>&1 < /dev/null
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
	{
		printf '%-58s %3d passed %3d failed %3d skipped  %4ds\n' "$name" "$oks" "$bad" "$skips" $((SECONDS - started))
		# The reason of a test of cmocka's stands in the line before: `SKIP: reason`.
		awk '/^SKIP: / { reason = substr($0, 7) }
			/^ok .*# SKIP/ { sub(/^ok [0-9]* *-* */, ""); print "    skipped: " $0 }
			/^not ok .*# SKIP/ { sub(/^not ok [0-9]* # SKIP /, ""); print "    skipped: " $0 (reason ? " # SKIP " reason : "") }
			/^(not )?ok / { reason = "" }' "$log"
		[ "$bad" -eq 0 ] || sed 's/^/    /' "$log" | tail -n 200
	} > "$log.told"
	echo "$oks $bad $skips" > "$log.counts"
}

# A program that left no counts was ended from outside.
tell() { # program
	local log oks=0 bad=1 skips=0
	log=$(log_of "$1")
	if [ -s "$log.counts" ]; then
		read -r oks bad skips < "$log.counts"
		cat "$log.told"
	else
		echo "$(name_of "$1"): nothing is known of how it ended"
	fi
	rm -f "$log.counts" "$log.told"
	passed=$((passed + oks)) failed=$((failed + bad)) skipped=$((skipped + skips))
}

run_together() { # program...
	local n=0 program
	for program; do
		rm -f "$(log_of "$program").counts"
		[ $((n++)) -lt "${TEST_JOBS:-$(nproc)}" ] || wait -n || true
		run_program "$program" &
	done
	wait
	for program; do tell "$program"; done
}

together=()
case " $* " in
*' -- '*)
	while [ "$1" != -- ]; do
		together+=("$1")
		shift
	done
	shift
	run_together "${together[@]}"
	;;
esac
for program in "$@"; do
	run_program "$program"
	tell "$program"
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
