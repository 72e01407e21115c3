# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests that compare events with what tests/syscalls/calls.c called: sourced after runtime.sh.

# Traces every system call while a program of tests/syscalls runs; the truth is in $T/truth. The program may be run
# by another one, whose words come first.
trace_calls() { # [word...] program
	mkdir "$T/root"
	"$BUILD/tests/syscalls/calls" --constants > "$T/constants"
	start --trace set=syscalls --output json --output option:exec-env --buffer-size 64M
	"$@" "$T/root" > "$T/truth"
	stop
	[ -z "$(ls -A "$T/root")" ] || fail "something is left behind: $(ls -A "$T/root")"
	expect_equal 0 "$(tail -n 1 "$T/err" | jq '.statistics.dropped')"
}

# What a comparer said last, kept for `show_result` behind the test.
results=$BUILD/tests/syscalls/results
compare_calls() { # enough
	local status=0
	"$BUILD/tests/syscalls/compare" "$T/constants" "$T/truth" "$T/out" > "$T/result" || status=$?
	tail -n 1 "$T/result" > "$results"
	[ $status -eq 0 ] || fail "$(< "$T/result")"
	[ "$(sed 's/.*; system calls .*, right \([0-9]*\),.*/\1/' "$results")" -ge "$1" ] ||
		fail "fewer than $1 are right: $(< "$results")"
}
show_result() {
	sed 's/^/# /' "$results" 2> /dev/null || true
	rm -f "$results"
}
