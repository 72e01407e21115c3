#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every system call that can be called harmlessly, with known arguments: the events on this machine are those calls.
# What is called is in tests/syscalls/calls.tsv, what is not in exceptions.tsv. Needs root and a kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
source tests/host/calls.sh
require_bpf 4

# Newer architectures lack some hundred old calls.
case $(uname -m) in x86_64) enough=300 ;; *) enough=250 ;; esac

calls_are_what_they_are() {
	trace_calls "$BUILD/tests/syscalls/calls"
	compare_calls $enough
}

# Those that the runtime can trace, and none twice.
none_is_forgotten() {
	trace_calls "$BUILD/tests/syscalls/calls"
	jq -r .event "$T/truth" | sort -u > "$T/called"
	grep -v '^#' tests/syscalls/exceptions.tsv | cut -f 1 | sort > "$T/excepted"
	"$runtime" --list=events --format json | jq -r '.[] | select(.syscall and (.compatOnly | not)).name' | sort > "$T/listed"
	expect_equal "" "$(sort "$T/called" "$T/excepted" | uniq -d)"
	expect_equal "" "$(comm -23 "$T/listed" <(sort "$T/called" "$T/excepted"))"
	echo "$(wc -l < "$T/listed") system calls: $(wc -l < "$T/called") called, $(wc -l < "$T/excepted") exceptions" > "$results"
}

# Runs a command in a mount namespace with tracefs at $BUILD/tests/syscalls, and in its directory of system calls.
in_tracefs() { # command...
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount -t tracefs tracefs "$1" && cd "$1/events/syscalls" && shift && "$@"' sh "$BUILD/tests/syscalls" "$@"
}

# Prints `name number-of-arguments` of each system call that the kernel declares. Some have names of their own there.
kernel_counts() {
	# shellcheck disable=SC2016
	in_tracefs sh -c 'for d in sys_enter_*; do
		echo "${d#sys_enter_} $(sed "1,/__syscall_nr/d" "$d/format" | grep -c "field:")"; done' |
		sed 's/^new\(stat\|fstat\|lstat\|uname\) /\1 /; s/^sendfile64 /sendfile /; s/^umount2 /umount /' | sort
}

as_many_as_the_kernel_takes() {
	kernel_counts > "$T/kernel"
	[ "$(wc -l < "$T/kernel")" -gt 200 ] || fail "tracefs has only these: $(< "$T/kernel")"
	"$runtime" --list=events --format json | jq -r '.[] | select(.syscall) | "\(.name) \(.args | length)"' | sort > "$T/ours"
	join "$T/kernel" "$T/ours" | awk '$2 != $3 { print $1 }' > "$T/differ"
	grep -v '^#' tests/syscalls/kernel_differs.tsv | cut -f 1 | sort > "$T/known"
	expect_equal "$(join "$T/known" "$T/kernel" | cut -d' ' -f1)" "$(< "$T/differ")"
}

run "tier ring: every system call is reported with its arguments and what it returned" calls_are_what_they_are
show_result
export TIER=base
run "tier base: every system call is reported with its arguments and what it returned" calls_are_what_they_are
show_result
unset TIER
run "each system call of the table is called, or is an exception with a reason" none_is_forgotten
show_result
if in_tracefs true 2> /dev/null; then
	run "events have as many arguments as the kernel declares" as_many_as_the_kernel_takes
else
	skip "events have as many arguments as the kernel declares" "tracefs has no system calls (CONFIG_FTRACE_SYSCALLS)"
fi
grep -v '^#' tests/syscalls/exceptions.tsv | sed 's/^/# not called: /; s/\t/: /'
finish
