#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
source "$(dirname "$0")/../tap.sh"
unset KERN_HEADERS CMD_CLANG CLANG
builder=$BUILD/tracee-builder
btf=/sys/kernel/btf/vmlinux

help_names_every_command() {
	capture "$builder" --help
	expect_status 0
	for word in build inspect check; do expect_in "$word" "$out"; done
	capture "$builder" build --help
	expect_status 0
	expect_in --headers "$out"
}

wrong_usage_is_status_2() {
	local words
	for words in "" "nonsense" "--nonsense" "build word" "build --nonsense" "build --tier x" "build --arch riscv" "build --kernel ../x" \
		"build --headers a --btf b" "build --headers a --headers b --headers c" "build --core --kernel 6.1.0" "build --format xml" \
		"build --tracee-version="; do
		# shellcheck disable=SC2086
		capture "$builder" $words
		[ "$status" -eq 2 ] || fail "'$words' ended with $status: $err"
		[ -n "$err" ] || fail "'$words' said nothing"
		[ -z "$out" ] || fail "'$words' wrote to stdout: $out"
	done
}

no_headers_says_where_it_looked() {
	capture "$builder" build --kernel 9.9.9-none --output-dir "$T/out"
	expect_status 3
	expect_in /lib/modules/9.9.9-none/build "$err"
	expect_in linux-headers-9.9.9-none "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

a_wrong_variable_is_an_error() {
	KERN_HEADERS=$T/missing capture "$builder" build --output-dir "$T/out"
	expect_status 3
	expect_in "$T/missing" "$err"
}

what_is_no_btf_is_refused() {
	echo nonsense > "$T/file"
	capture "$builder" build --kernel 6.1.0 --btf "$T/file" --output-dir "$T/out"
	expect_status 4
	expect_in "$T/file" "$err"
	capture "$builder" build --btf "$T/file"
	expect_status 2
	expect_in --kernel "$err"
}

the_running_kernel_needs_no_compiler() {
	local name
	name=tracee.bpf.$(uname -r | tr . _).$(tr . _ < VERSION).o
	PATH=/nowhere capture "$builder" build --output-dir "$T/out"
	expect_status 0
	expect_equal "$T/out/$name" "$out"
	[ "$(stat -c %s "$T/out/$name")" -lt 200000 ] || fail "larger than 200 KB"
	expect_equal 644 "$(stat -c %a "$T/out/$name")"
	capture "$builder" check "$T/out/$name"
	expect_status 0
}

same_input_same_bytes() {
	cp "$btf" "$T/copy"
	mkdir "$T/elsewhere"
	"$builder" build --kernel 6.9.0-x --btf "$btf" --output-dir "$T/a"
	(cd "$T/elsewhere" && sleep 1.1 && "$builder" build --kernel 6.9.0-x --btf "$T/copy" --output-dir b)
	cmp "$T"/a/*.o "$T"/elsewhere/b/*.o
}

a_full_disk_leaves_nothing() {
	capture "$builder" build --output-dir /dev/full
	expect_status 1
	expect_in /dev/full "$err"
}

stdout_that_is_full_is_a_failure() {
	status=0
	"$builder" --help > /dev/full 2> "$T/err" || status=$?
	expect_equal 1 "$status"
}

nobody_can_build() {
	chmod 755 "$T"
	install -d -o 65534 -g 65534 "$T/mine"
	cp "$builder" "$T/tracee-builder"
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$T/tracee-builder" build --output-dir "$T/mine/out"
	expect_equal 65534 "$(stat -c %u "$T"/mine/out/*.o)"
}

run "help names every command" help_names_every_command
run "wrong usage is status 2 with a sentence" wrong_usage_is_status_2
run "no headers: status 3, and where it looked" no_headers_says_where_it_looked
run "a wrong KERN_HEADERS is an error" a_wrong_variable_is_an_error
run "what is no BTF is refused with status 4" what_is_no_btf_is_refused
run "an output directory that is none is status 1" a_full_disk_leaves_nothing
run "a full standard output is a failure" stdout_that_is_full_is_a_failure
if [ -r $btf ]; then
	run "the running kernel's object needs no compiler" the_running_kernel_needs_no_compiler
	run "same input, same bytes" same_input_same_bytes
	if [ "$(id -u)" -eq 0 ]; then
		run "an unprivileged user can build" nobody_can_build
	else
		skip "an unprivileged user can build" "this is one already"
	fi
else
	skip "objects of the running kernel" "it has no BTF"
fi
finish
