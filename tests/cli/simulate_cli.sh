#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line of tracee-simulate; what its cases do is compared by tests/detect/cases.sh.
source "$(dirname "$0")/../tap.sh"
simulate=$BUILD/tracee-simulate

help_and_version() {
	capture "$simulate" --help
	expect_status 0
	expect_in "Usage: tracee-simulate" "$out"
	expect_equal "" "$err"
	capture "$simulate" --version
	expect_status 0
	expect_equal "tracee-simulate $(< VERSION)" "$out"
}

# Every rule has cases that must be found and cases that must not.
cases_are_complete() {
	capture "$simulate" --list --json
	expect_status 0
	expect_equal "" "$(jq -c 'select((.case and .rule and .what and (.expected | type) == "array" and
		all(.expected[], .expectedWithoutKprobes[]?; .rule and (.severity | type) == "number" and (.data | type) == "object")) | not)' <<< "$out")"
	expect_equal "TRC-1 TRC-2 TRC-3 TRC-4 TRC-5 TRC-6 TRC-7" "$(jq -r .rule <<< "$out" | sort -u | paste -sd ' ')"
	expect_equal "" "$(jq -r .case <<< "$out" | sort | uniq -d)"
	expect_equal "TRC-1 TRC-2 TRC-3 TRC-4 TRC-5 TRC-6 TRC-7" "$(jq -r 'select(.expected == []).rule' <<< "$out" | sort -u | paste -sd ' ')"
}

wrong_usage_is_status_2() {
	capture "$simulate"
	expect_status 2
	capture "$simulate" TRC-8
	expect_status 2
	expect_in "'TRC-8' is neither a rule nor a case" "$err"
	capture "$simulate" --nothing
	expect_status 2
	expect_in "--help" "$err"
}

# What a case makes is gone behind it.
leaves_nothing() {
	mkdir "$T/place"
	TMPDIR=$T/place capture "$simulate" fle-18b LDP-01
	expect_status 0
	expect_in "FLE-18b" "$out"
	expect_equal "" "$(ls -A "$T/place")"
	TMPDIR=/nonexistent capture "$simulate" LDP-01
	expect_status 1
	expect_in "directory '/nonexistent/tracee-simulate-" "$err"
}

run "help and version go to stdout" help_and_version
run "every case says what shall be found" cases_are_complete
run "wrong usage is status 2, and says what is known" wrong_usage_is_status_2
run "a case leaves nothing behind" leaves_nothing
finish
