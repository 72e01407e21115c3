#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What --output json writes, against docs/schema/, by a validator that others wrote.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh

validate() { # schema [max-per-event]
	python3 tests/host/validate.py "$@"
}

# Of the last line of the file it is given, after jq changed it.
expect_invalid() { # schema file filter
	local status=0
	tail -n 1 "$2" | jq -c "$3" | validate "$1" > "$T/verdict" 2>&1 || status=$?
	[ $status -ne 0 ] || fail "'$3' is taken for valid"
}

n_events() { # of both architectures, which have some in common
	"$runtime" --list=events --format json | jq length
}

every_event_is_valid() {
	"$BUILD/tests/host/every_event" events > "$T/events"
	validate event < "$T/events" > "$T/verdict"
	local lines names
	read -r lines names < "$T/verdict"
	[ "$lines" -gt 1000 ] || fail "$lines events only"
	[ "$names" -ge "$(n_events)" ] || fail "$names kinds of events, and there are $(n_events)"
}

every_finding_is_valid() {
	"$BUILD/tests/host/every_event" findings > "$T/findings"
	validate finding < "$T/findings" > /dev/null
	expect_invalid finding "$T/findings" 'del(.SigMetadata.ID)'
	expect_invalid finding "$T/findings" '.Context.more = 1'
}

schemas_are_strict() {
	"$BUILD/tests/host/every_event" events | grep '"eventName":"openat"' > "$T/events"
	validate event < "$T/events" > /dev/null
	local filter
	for filter in 'del(.args)' '.more = 1' '.eventId |= tonumber' '.processId = -1' '.timestamp = "1"' '.containerId = "x"' \
		'.args[0].value = true' '.args[0] |= del(.type)' '.args[1].value = [1]' '.stackAddresses = 0' '.time = "now"'; do
		expect_invalid event "$T/events" "$filter"
	done
	echo '{"statistics":{}}' > "$T/statistics"
	expect_invalid statistics "$T/statistics" .
}

# Without those that end a process or wait for what never comes, and two that are felt by all of the machine.
calls_to_make() {
	"$runtime" --list=events --format json | jq -r '.[] | select(.syscall) |
		select(.name | test("^(exit|exit_group|rt_sigreturn|restart_syscall|pause|sync|vhangup|v?fork|clone3?)$") | not) | .id'
}

# All there is, of what happens on this machine in a moment, and each system call at least once.
real_events_are_valid() {
	local lines names n_calls
	start --trace 'event=*' --rules TRC-2 --buffer-size 64M --output json "$@"
	strace -f -o /dev/null sh -c 'ls -l /etc; cat /proc/self/maps; ps' > /dev/null 2>&1 || true
	n_calls=$(calls_to_make | wc -l)
	calls_to_make | python3 tests/host/every_call.py
	stop
	grep '"SigMetadata"' "$T/out" > "$T/findings"
	grep -v '"SigMetadata"' "$T/out" > "$T/events"
	validate event 30 < "$T/events" > "$T/verdict"
	read -r lines names < "$T/verdict"
	# Some are not in this kernel, and some never return.
	[ "$names" -gt $((n_calls * 9 / 10)) ] || fail "$lines lines of $names events only, of $n_calls"
	validate finding < "$T/findings" > "$T/verdict"
	[ "$(cut -d' ' -f1 "$T/verdict")" -ge 1 ] || fail "no finding"
	tail -n 1 "$T/err" | validate statistics > /dev/null
	echo "# $lines lines of $names events" >&3
}

real_events_with_options_are_valid() {
	real_events_are_valid --output option:exec-env --output option:wall-time
	expect_equal true "$(head -n 1 "$T/events" | jq 'keys_unsorted[-1] == "time"')"
	local seconds now
	seconds=$(date -d "$(tail -n 1 "$T/events" | jq -r .time)" +%s)
	now=$(date +%s)
	[ $((now - seconds)) -ge -1 ] && [ $((now - seconds)) -lt 60 ] || fail "it is $now and the last event was at $seconds"
	grep '"eventName":"execve"' "$T/events" | jq -se 'any(.[]; .args[2].value | type == "array" and length > 0)' > /dev/null
}

exec 3>&1
if ! python3 -c 'import jsonschema' 2> /dev/null; then
	for _ in 1 2 3 4 5; do skip schema "there is no python3 with jsonschema here (make deps)"; done
	finish
fi
run "every event there is, with the worst values, is valid" every_event_is_valid
run "every finding is valid" every_finding_is_valid
run "schemas refuse what is not so" schemas_are_strict
require_bpf 2
run "what happens here is valid, and so is the account" real_events_are_valid
run "the same with options" real_events_with_options_are_valid
finish
