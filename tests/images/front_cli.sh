#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line of the front door; needs no privilege. What runs beside it is a stand-in that says what it was given.
source "$(dirname "$0")/../tap.sh"
unset TRACEE_BPF_FILE TRACEE_WEBHOOK_CONFIG TRACEE_READY_FILE

# Programs that print their words, and end with 7.
place() { # program...
	cp "$BUILD/tracee" "$T/"
	for program; do
		printf '#!/bin/bash\necho "%s $*"\nexit 7\n' "$program" > "$T/$program"
		chmod 755 "$T/$program"
	done
}

expect_given() { # expected word...
	local expected=$1
	shift
	capture "$T/tracee" "$@"
	expect_status 7
	expect_equal "$expected" "${out// --ready-file=\/run\/tracee\/ready/}"
}

words_reach_the_program() {
	place tracee-runtime tracee-builder tracee-simulate
	expect_given "tracee-runtime --lifeline=3"
	expect_given "tracee-runtime --lifeline=3 --rules TRC-2,TRC-7 --output json" --rules TRC-2,TRC-7 --output json
	expect_given "tracee-runtime --lifeline=3 --list" --list
	expect_given "tracee-runtime --lifeline=3 --trace=set=default" trace
	expect_given "tracee-runtime --lifeline=3 --trace=set=default --output json" trace --output json
	expect_given "tracee-runtime --lifeline=3 -t event=open" trace -t event=open
	expect_given "tracee-runtime --lifeline=3 --trace=container" trace --trace=container
	expect_given "tracee-builder build --output-dir=/tmp/tracee" build
	expect_given "tracee-builder build --kernel 1 --output-dir /x" build --kernel 1 --output-dir /x
	expect_given "tracee-builder headers --kernel 1" headers --kernel 1
	expect_given "tracee-builder check a.o b.o" check a.o b.o
	expect_given "tracee-runtime --check --format json" check --format json
	expect_given "tracee-simulate TRC-2" simulate TRC-2
}

the_ready_file_is_chosen() {
	place tracee-runtime
	capture env TRACEE_READY_FILE="$T/ready" "$T/tracee" --rules TRC-1
	expect_equal "tracee-runtime --lifeline=3 --ready-file=$T/ready --rules TRC-1" "$out"
}

wrong_words_are_status_2() {
	place tracee-runtime
	capture "$T/tracee" frob
	expect_status 2
	expect_in "'frob' is no command: expected trace, build" "$err"
	for words in "trace --trace event=open" "--rules TRC-2" "--output json --list"; do
		capture "$T/tracee" "$words"
		expect_status 2
		expect_in "'$words' is one word with spaces in it" "$err"
	done
	capture "$T/tracee" install one
	expect_status 2
	expect_equal "" "$out"
}

# A value may have spaces, and so may a file.
values_may_have_spaces() {
	place tracee-runtime
	expect_given "tracee-runtime --lifeline=3 --trace comm=a b" --trace "comm=a b"
	expect_given "tracee-runtime --lifeline=3 --trace=comm=a b" "--trace=comm=a b"
}

what_is_not_there_is_told() {
	place
	for word in build headers simulate; do
		capture "$T/tracee" $word
		expect_status 3
		expect_in "the slim image has none, the full image has it" "$err"
	done
	capture "$T/tracee"
	expect_status 1
	expect_in "'$T/tracee-runtime' could not be run: execve: No such file" "$err"
}

help_and_version() {
	local word
	place
	capture "$T/tracee" --help
	expect_status 0
	expect_equal "" "$err"
	# The manual has every command.
	while read -r word _; do
		grep -qE "^\.It (Cm|Fl) .*${word#--}" docs/man/tracee.1 || fail "the manual lacks '$word'"
	done < <(sed -n 's/^  \([a-z-][a-z-]*\) .*/\1/p' <<< "$out" | grep -v '^tracee$')
	capture "$T/tracee" --version
	expect_status 0
	expect_equal "tracee $(< VERSION)" "$out"
	capture bash -c "'$T/tracee' --help > /dev/full"
	expect_status 1
}

objects_are_installed() {
	place
	mkdir -m 755 "$T/from"
	"$BUILD/tracee-builder" -q build --core --output-dir "$T/from" > /dev/null
	echo "not an object" > "$T/from/tracee.bpf.other.0_1_0.o"
	touch "$T/from/README"
	capture "$T/tracee" install "$T/from" "$T/to"
	expect_status 1
	expect_in "'tracee.bpf.other.0_1_0.o': " "$err"
	expect_in "1 object copied from '$T/from' to '$T/to'" "$err"
	expect_equal "$(cd "$T/from" && echo tracee.bpf.core.*)" "$(ls "$T/to")"
	cmp "$T"/from/tracee.bpf.core.* "$T"/to/tracee.bpf.core.*
	expect_equal "755 644" "$(stat -c %a "$T/to" "$T"/to/*.o | paste -sd ' ')"
	rm "$T/from/tracee.bpf.other.0_1_0.o"
	capture "$T/tracee" install "$T/from" "$T/to"
	expect_status 0
	capture "$T/tracee" install "$T/none" "$T/to"
	expect_status 1
	expect_in "'$T/none': No such file" "$err"
}

run "words reach the program they are for" words_reach_the_program
run "TRACEE_READY_FILE chooses the readiness file" the_ready_file_is_chosen
run "wrong words are status 2" wrong_words_are_status_2
run "values may have spaces" values_may_have_spaces
run "a program that is not there is told" what_is_not_there_is_told
run "help, the manual and the version agree" help_and_version
run "install copies objects, and nothing else" objects_are_installed
finish
