#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tracee-builder check: programs that break a rule of tier base, each in one way, and that a sentence says so.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

builder=$BUILD/tracee-builder

# An object of tier $1 from the body of a program, read from stdin, and of declarations in front of it.
make_object() { # tier declarations [option-of-clang...]
	local tier=$1 declarations=$2
	shift 2
	cat > "$T/program.c" <<-END
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		char license_name[] SEC("license") = "GPL";
		struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } numbers SEC(".maps");
		$declarations
		SEC("raw_tp/sys_exit")
		int subject(struct bpf_raw_tracepoint_args *ctx)
		{
			__u32 key = 0;
			__u64 *number = bpf_map_lookup_elem(&numbers, &key);
			if (!number)
				return 0;
			$(cat)
			return 0;
		}
	END
	clang --target=bpf -O2 -g -mcpu=v1 -idirafter "/usr/include/$("${CC:-gcc}" -print-multiarch)" "$@" -c "$T/program.c" -o "$T/program.o"
	"$BUILD/tests/cli/pack_core" "$T/program.o" "$tier" "$T/object.o"
}

expect_broken() { # check sentence
	capture "$builder" check "$T/object.o"
	expect_status 6
	expect_in "FAIL  $1 " "$(tr -s ' ' <<< "$out" | sed 's/FAIL /FAIL  /')"
	expect_in "$2" "$out"
	# On kernels that have it, it is no error.
	[ -n "${3:-}" ] || return 0
	"$BUILD/tests/cli/pack_core" "$T/program.o" ring "$T/object.o"
	capture "$builder" check "$T/object.o"
	expect_status 0
}

what_keeps_the_rules_passes() {
	make_object base "" <<< '*number += bpf_ktime_get_ns();'
	capture "$builder" check "$T/object.o"
	expect_status 0
	expect_in " of 4096 instructions, no loop, 0 calls of functions, 2 of helpers" "$out"
}

a_loop() {
	make_object base "" <<< '_Pragma("clang loop unroll(disable)") for (int i = 0; i < (int)(ctx->args[0] & 15); i++) *number += bpf_ktime_get_ns();'
	expect_broken code "jumps back: kernels before 5.3 take no loops" ring
}

too_long() {
	make_object base "" <<< '_Pragma("clang loop unroll(full)") for (int i = 0; i < 3000; i++) asm volatile("%0 += 1; %0 += 2" : "+r"(key)); *number = key;'
	expect_broken code "instructions, tier base takes 4096" ring
	expect_in " of 1000000 instructions" "$out"
}

a_ring_buffer() {
	make_object base 'struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");' <<< 'bpf_ringbuf_output(&ring, number, 8, 0);'
	expect_broken helpers "helper 'ringbuf_output' (130) is not in kernel 4.18" ring
	"$BUILD/tests/cli/pack_core" "$T/program.o" base "$T/object.o"
	expect_broken maps "map type 'ringbuf' (27) is not in kernel 4.18"
}

a_global_variable() {
	make_object base 'static volatile __u64 total = 7;' <<< 'total += *number;'
	expect_broken data "it has global data in '.data'" ring
}

a_call_of_a_function() {
	make_object base 'static __attribute__((noinline)) __u64 twice(__u64 x) { return bpf_ktime_get_ns() * x; }' <<< '*number += twice(*number);'
	expect_broken code "calls another function: tier base has none" ring
}

newer_instructions() {
	make_object base "" -mcpu=v3 <<< 'if ((__u32)ctx->args[0] > (__u32)ctx->args[1]) *number += bpf_ktime_get_ns();'
	expect_broken code "needs kernel 5.1"
}

# All that is wrong is told, not the first thing alone.
everything_at_once() {
	make_object base 'static volatile __u64 total = 7; struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");' \
		<<< '_Pragma("clang loop unroll(disable)") for (int i = 0; i < (int)(ctx->args[0] & 15); i++) total += bpf_ringbuf_output(&ring, number, 8, 0);'
	capture "$builder" check "$T/object.o"
	expect_status 6
	expect_equal "helpers maps data code program" "$(awk '$2 == "FAIL" { print $3 }' <<< "$out" | paste -s -d ' ')"
}

run 'a program that keeps the rules passes, with its counts' what_keeps_the_rules_passes
run 'a loop is told, and taken by tier ring' a_loop
run 'a program that is too long is told, and taken by tier ring' too_long
run 'a ring buffer and its helper are told, and taken by tier ring' a_ring_buffer
run 'a global variable is told, and taken by tier ring' a_global_variable
run 'a call of a function is told, and taken by tier ring' a_call_of_a_function
run 'instructions of newer kernels are told' newer_instructions
run 'all rules that are broken are told at once' everything_at_once
finish
