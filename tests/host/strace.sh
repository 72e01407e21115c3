#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# strace(1) and the runtime see the same run of tests/syscalls/calls.c, and say the same: values, names of flags, and
# what was returned. Where they do not, tests/syscalls/strace_differs.tsv says why. Needs root and a kernel that loads
# BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
source tests/host/calls.sh
require_bpf 1

strace_says_the_same() {
	local status=0
	trace_calls strace -f -X verbose -e verbose=none -s 200 -o "$T/strace" "$BUILD/tests/syscalls/calls"
	"$BUILD/tests/syscalls/strace" "$T/constants" tests/syscalls/strace_differs.tsv "$T/strace" "$T/out" > "$T/result" || status=$?
	tail -n 1 "$T/result" > "$results"
	[ $status -eq 0 ] || fail "$(< "$T/result")"
	[ "$(sed 's/.*agree [0-9]* of \([0-9]*\) .*/\1/' "$results")" -ge 60 ] ||
		fail "fewer than 60 system calls agree: $(< "$results")"
	[ "$(sed 's/.*named [0-9]* of \([0-9]*\) .*/\1/' "$results")" -ge 60 ] ||
		fail "fewer than 60 system calls agree in names: $(< "$results")"
}

run "strace says the same of the same calls" strace_says_the_same
show_result
finish
