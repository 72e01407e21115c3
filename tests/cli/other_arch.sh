#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make ARCH=…: what is made for the other architecture, and what is refused. Needs no cross compiler: the
# BPF programs come from clang alone.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

case $(uname -m) in
x86_64) here=x86_64 other=arm64 also=aarch64 triple=aarch64-linux-gnu ;;
*) here=arm64 other=x86_64 also=amd64 triple=x86_64-linux-gnu ;;
esac

# As its own run, whatever the one that runs the tests was told about compilers and directories.
make_other() { # arguments...
	capture make --no-print-directory CC="clang --target=$triple" HOSTCC=gcc O="$T/build" SAN= "$@"
}

# A program for a kernel must not depend on the machine that made it.
bpf_is_the_same() {
	local object n=0
	make_other ARCH=$other bpf-objects
	expect_status 0
	for object in "$BUILD"/bpf/tracee.*.bpf.o; do
		cmp "$object" "$T/build/$other/bpf/${object##*/}"
		n=$((n + 1))
	done
	[ $n -ge 4 ] || fail "only $n objects"
}

other_names() {
	make_other ARCH=$also -n "$T/build/$other/obj/libtracee/kernel.o"
	expect_status 0
	expect_in "--target=$triple" "$out"
}

# The machine's own name is no other architecture: no variant.
own_name() {
	make_other ARCH=$here CC=gcc -n "$T/build/obj/libtracee/kernel.o"
	expect_status 0
}

unknown_arch() {
	make_other ARCH=mips -n all
	expect_status 2
	expect_in "ARCH is 'mips': expected x86_64 (amd64) or arm64 (aarch64)" "$err"
}

tests_do_not_run() {
	local target
	for target in check unit-tests host-test vm-test test bench fuzz lint demo bpf; do
		make_other ARCH=$other -n $target
		expect_status 2
		expect_in "'$target' runs what is built, and programs of $other do not run on this $here machine" "$err"
	done
}

wrong_compiler() {
	make_other ARCH=$other CC=gcc -n all
	expect_status 2
	expect_in "'gcc' makes programs of" "$err"
	expect_in "wants $triple-gcc" "$err"
}

no_compiler() {
	make_other ARCH=$other CC=nosuch-gcc -n all
	expect_status 2
	expect_in "'nosuch-gcc' is not here" "$err"
}

# Cleaning and help need no compiler.
help_always() {
	make_other ARCH=$other CC=nosuch-gcc help
	expect_status 0
	expect_in 'make all' "$out"
}

run 'BPF programs are the same bytes on the way to any architecture' bpf_is_the_same
run 'other names of an architecture are understood' other_names
run 'the own architecture, named, is the ordinary build' own_name
run 'an architecture that is not known is refused' unknown_arch
run 'what would run programs of the other architecture is refused' tests_do_not_run
run 'a compiler that makes programs of this machine is refused' wrong_compiler
run 'a compiler that is not here is told' no_compiler
run 'help needs no compiler' help_always
finish
