#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every case of tracee-simulate on this machine, with objects of both tiers: what the rules find of it is what its line says.
# Then what the runtime does with many findings, and with exceptions. EXECUTIONS (default 3000): how many programs are executed
# to see whether memory grows. Needs root and a kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
simulate=$BUILD/tracee-simulate
executions=${EXECUTIONS:-3000}
mapfile -t cases < <("$simulate" --list --json | jq -r '.case')
require_bpf $((2 * ${#cases[@]} + 6))

tab=$'\t'
judged=$(mktemp)
trap 'rm -f "$judged"' EXIT

has_kprobes() { [ -e /sys/bus/event_source/devices/kprobe/type ] && echo true || echo false; }

judge_all() {
	start --output json
	"$simulate" --json all > "$T/cases"
	stop
	jq -r --argjson kprobes "$(has_kprobes)" --slurpfile findings "$T/out" -f tests/detect/cases.jq "$T/cases" > "$judged"
	expect_equal ${#cases[@]} "$(wc -l < "$judged")"
	expect_equal 0 "$(tail -n 1 "$T/err" | jq '.statistics | .dropped + .unreadable')"
}

is_wrong() { fail "$why"; }

tell_cases() {
	local result rule id what why name
	while IFS=$tab read -r result rule id what why; do
		name="tier $TIER: $rule $id, $what"
		case $result in
		ok) run "$name" true ;;
		skipped) skip "$name" "$why" ;;
		blind) skip "$name" "not looked for without kprobes, which this kernel does not offer" ;;
		*) run "$name" is_wrong ;;
		esac
	done < "$judged"
}

resident_kb() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status"; }

# A finding for each program that is executed, of which all but some are folded.
memory_does_not_grow() {
	local before after
	start --output json
	"$BUILD/tests/detect/execute" $((executions / 10))
	before=$(resident_kb)
	"$BUILD/tests/detect/execute" "$executions"
	after=$(resident_kb)
	stop
	echo "# tier $TIER: $executions executions: $before KiB resident before, $after KiB after; $(tail -n 1 "$T/err" |
		jq -c '.statistics | {delivered, dropped, findings, folded}')" >&3
	[ "$after" -le $((before + 64)) ] || fail "$before KiB before, $after KiB after $executions executions"
	# Others may execute programs, too; where none did, it is exactly these.
	local n=$((executions + executions / 10)) relation='=='
	[ "$(jq -r .process.name "$T/out" | sort -u)" = execute ] || relation='>='
	expect_equal true "$(tail -n 1 "$T/err" | jq --argjson n $n ".statistics | .delivered + .dropped $relation \$n")"
	expect_equal true "$(tail -n 1 "$T/err" | jq '.statistics | .findings > 0 and .findings + .folded >= .delivered')"
}

exceptions_leave_findings_out() {
	printf '# of this test\nTRC-7 executable=*tracee-simulate owner=0\nTRC-4 user=12345\n' > "$T/exceptions"
	start --output json --exceptions "$T/exceptions"
	"$simulate" LDP-01 DYN-02 > /dev/null
	stop
	expect_equal 0 "$(jq -c 'select(.SigMetadata.ID == "TRC-7" and .process.name == "exe")' "$T/out" | wc -l)"
	expect_equal 1 "$(jq -c 'select(.SigMetadata.ID == "TRC-4" and (.process.executable.path | endswith("tracee-simulate")))' "$T/out" | wc -l)"
	expect_equal 1 "$(tail -n 1 "$T/err" | jq .statistics.excepted)"
}

bad_exceptions_are_told_with_their_line() {
	printf '# fine\nTRC-7 executabel=/x\n' > "$T/exceptions"
	capture "$runtime" --exceptions "$T/exceptions"
	expect_equal 2 "$status"
	expect_in "line 2: 'executabel=/x' is no condition: expected executable=, owner=, user= or container=" "$err"
	printf '* user=0\n' > "$T/exceptions"
	chmod 666 "$T/exceptions"
	capture "$runtime" --exceptions "$T/exceptions"
	expect_equal 2 "$status"
	expect_in "others could change it" "$err"
}

exec 3>&1
for TIER in ring base; do
	run "tier $TIER: every case is done and judged, and nothing is lost" judge_all
	tell_cases
	run "tier $TIER: memory does not grow with $executions executions" memory_does_not_grow
done
run "exceptions leave findings out, and are counted" exceptions_leave_findings_out
run "what is wrong with exceptions is told with its line" bad_exceptions_are_told_with_their_line
finish
