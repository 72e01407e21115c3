#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A program of i386 calls what tests/syscalls/calls32.tsv lists: each call is reported as the one of this architecture
# that means the same. Needs root and a kernel that loads BPF and runs such programs.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
source tests/host/calls.sh
require_bpf 2

calls_are_what_they_are() {
	trace_calls "$BUILD/tests/syscalls/calls32"
	compare_calls 150
}

if [ ! -x "$BUILD/tests/syscalls/calls32" ] || ! "$BUILD/tests/syscalls/calls32" --constants > /dev/null; then
	skip "system calls of i386" "this machine does not run programs of i386"
	finish
fi
run "tier ring: every system call of i386 is reported with its arguments and what it returned" calls_are_what_they_are
show_result
export TIER=base
run "tier base: every system call of i386 is reported with its arguments and what it returned" calls_are_what_they_are
show_result
finish
