#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The comparison that all virtual machine tests rest on must fail when anything differs. The scenario runs
# here, untraced; what a faultless runtime would have written is made from its truth, and then doctored.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

kinds=openat,connect,execve,sched_process_fork,sched_process_exec,sched_process_exit,getppid,dup

# Sets $truth and $events.
make_pair() {
	truth=$T/truth events=$T/events
	env -i A=1 "$BUILD/tests/vm/scenario" > "$truth"
	jq -c 'select(.expect).expect | walk(if type == "object" and has("$between") then .["$between"][1]
		elif type == "object" and has("$any") then 1 else . end)' "$truth" > "$events"
}

compare() {
	capture "$BUILD/tests/vm/compare" --only "$kinds" "$truth" "$1"
}

equal_is_ok() {
	make_pair
	compare "$events"
	expect_status 0
	expect_in 'ok - openat: ' "$out"
	case $out in *'not ok'*) fail "$out" ;; esac
}


missing_is_forgiven_as_often_as_was_told() {
	make_pair
	sed '/"getppid"/{s/^/#/}' "$events" | awk '/^#/ && n++ < 2 { next } { sub(/^#/, ""); print }' > "$T/without"
	expect_equal 2 $(($(wc -l < "$events") - $(wc -l < "$T/without")))
	for told in 2 1; do
		capture "$BUILD/tests/vm/compare" --only "$kinds" --may-miss $told "$truth" "$T/without"
		expect_status $((2 - told))
	done
}

# For one event of each kind, each value in turn is made another one.
each_difference_fails() {
	make_pair
	# Number of the line, which value, and the line that takes its place.
	jq -nr --slurpfile all "$events" --arg kinds "$kinds" '
		($kinds / ",")[] as $kind
		| ($all | to_entries | map(select(.value.eventName == $kind)) | .[0]) as $one
		| ($one.value | paths(scalars or . == null)) as $path
		| $one.value | setpath($path; getpath($path) as $v
			| if $v == null then [1] elif ($v | type) == "number" then $v + 1 elif ($v | type) == "string" then $v + "x" else null end)
		| "\($one.key + 1)\t\($kind) \($path)\t\(tojson)"' > "$T/doctored"
	local n=0 number where line
	while IFS=$'\t' read -r number where line; do
		{ head -n $((number - 1)) "$events" && printf '%s\n' "$line" && tail -n +$((number + 1)) "$events"; } > "$T/one"
		compare "$T/one"
		[ "$status" -eq 1 ] || fail "not seen: $where"
		n=$((n + 1))
	done < "$T/doctored"
	[ "$n" -gt 150 ] || fail "only $n differences were made"
}

missing_fails() {
	make_pair
	sed 1d "$events" > "$T/one"
	compare "$T/one"
	expect_status 1
	expect_in 'not ok - getppid: ' "$out"
}

twice_fails() {
	make_pair
	(cat "$events" && head -n 1 "$events") > "$T/one"
	compare "$T/one"
	expect_status 1
	expect_in 'found more than once' "$out"
}

surplus_fails() {
	make_pair
	(cat "$events" && jq -c 'select(.eventName == "getppid") | .returnValue = 1' "$events" | tail -n 1) > "$T/one"
	compare "$T/one"
	expect_status 1
	expect_in 'is not expected' "$out"
}

no_truth_fails() {
	make_pair
	kinds=nosuch
	compare "$events"
	expect_status 1
}

nothing_fails() {
	make_pair
	: > "$T/one"
	compare "$T/one"
	expect_status 1
}

not_json_fails() {
	make_pair
	echo '{"timestamp":1' >> "$events"
	compare "$events"
	expect_status 2
}

run 'what is equal to the truth is accepted' equal_is_ok
run 'missing events are forgiven as often as the account tells, and no more' missing_is_forgiven_as_often_as_was_told
run 'each single difference in each kind of event is found' each_difference_fails
run 'a missing event is found' missing_fails
run 'an event that comes twice is found' twice_fails
run 'an event of the scenario that nothing caused is found' surplus_fails
run 'a kind without truth is not accepted' no_truth_fails
run 'an empty trace is not accepted' nothing_fails
run 'output that is not JSON is not accepted' not_json_fails
finish
