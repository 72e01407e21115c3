#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every system call that can be called harmlessly, with known arguments: the events on this machine are those calls.
# What is called is in tests/syscalls/calls.tsv, what is not in exceptions.tsv. Needs root and a kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
source tests/host/calls.sh
require_bpf 3

# Newer architectures lack some hundred old calls.
case $(uname -m) in x86_64) enough=300 ;; *) enough=250 ;; esac

calls_are_what_they_are() {
	trace_calls "$BUILD/tests/syscalls/calls"
	compare_calls $enough
}

none_is_forgotten() {
	trace_calls "$BUILD/tests/syscalls/calls"
	jq -r .event "$T/truth" | sort -u > "$T/called"
	grep -v '^#' tests/syscalls/exceptions.tsv | cut -f 1 | sort > "$T/excepted"
	"$runtime" --list=events --format json | jq -r '.[] | select(.syscall).name' | sort > "$T/listed"
	expect_equal "" "$(sort "$T/called" "$T/excepted" | uniq -d)"
	expect_equal "" "$(comm -23 "$T/listed" <(sort "$T/called" "$T/excepted"))"
	echo "$(wc -l < "$T/listed") system calls: $(wc -l < "$T/called") called, $(wc -l < "$T/excepted") exceptions" > "$results"
}

run "tier ring: every system call is reported with its arguments and what it returned" calls_are_what_they_are
show_result
export TIER=base
run "tier base: every system call is reported with its arguments and what it returned" calls_are_what_they_are
show_result
unset TIER
run "each system call of the table is called, or is an exception with a reason" none_is_forgotten
show_result
grep -v '^#' tests/syscalls/exceptions.tsv | sed 's/^/# not called: /; s/\t/: /'
finish
