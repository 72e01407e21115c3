#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the comparers and the generator of tests/syscalls must not let pass.
source "$(dirname "$0")/../tap.sh"
comparers=$BUILD/tests/syscalls

event() { # tid name ret arguments-as-JSON
	jq -cn --argjson tid "$1" --arg name "$2" --argjson ret "$3" --argjson args "$4" \
		'{hostThreadId: $tid, processName: "calls", eventName: $name, returnValue: $ret, args: $args}' >> "$T/events"
}

# Truth and events of a call that was seen as it was.
begin() {
	echo '{"O_RDONLY":0,"O_WRONLY":1,"O_CREAT":64,"ENOENT":2}' > "$T/constants"
	echo '{"event":"openat","tid":7,"ret":-2,"args":[{"number":-11},{"text":"/none"},{"number":65},{"address":"0xdead0f"}]}' > "$T/truth"
	: > "$T/differs"
	: > "$T/events"
	args='[{"name":"dirfd","type":"int","value":-11},{"name":"pathname","type":"const char*","value":"/none"},
		{"name":"flags","type":"int","value":"O_WRONLY|O_CREAT"},{"name":"how","type":"void*","value":"0xDEAD0F"}]'
	event 7 clone 0 '[]'
	event 8 openat -2 '[]'
	echo '7 openat(-11, "/none", 0x41 /* O_WRONLY|O_CREAT */, 0xdead0f) = -1 ENOENT (No such file or directory)' > "$T/strace"
}

compare() { capture "$comparers/compare" "$T/constants" "$T/truth" "$T/events"; }
compare_strace() { capture "$comparers/strace" "$T/constants" "$T/differs" "$T/strace" "$T/events"; }

right_is_right() {
	begin
	event 7 openat -2 "$args"
	compare
	expect_status 0
	expect_equal "called 1, right 1, wrong 0; system calls 1, right 1, wrong 0" "$out"
	compare_strace
	expect_status 0
	expect_equal "compared 1, agree 1 of 1 system calls, named 1 of 1 system calls, explained 0, unknown to strace 0" "$out"
}

# The event with an argument of another value.
changed() { # number value-as-JSON
	begin
	event 7 openat -2 "$(jq -c --argjson i "$1" --argjson value "$2" '.[$i].value = $value' <<< "$args")"
}

each_argument_counts() {
	local i=0 value
	for value in 11 '"/non"' '"O_WRONLY"' '"0xDEAD0E"'; do
		changed $i "$value"
		compare
		expect_status 1
		expect_in "openat: passed " "$out"
		compare_strace
		expect_status 1
		expect_in "openat $(jq -r ".[$i].name" <<< "$args"): strace has " "$out"
		i=$((i + 1))
	done
}

kinds_are_kept() {
	local i=0 value
	for value in 4294967285 null '"O_WRONLY|O_NONSENSE"' 14593807; do
		changed $i "$value"
		compare
		expect_status 1
		expect_equal "called 1, right 0, wrong 1; system calls 1, right 0, wrong 1" "$(tail -n 1 <<< "$out")"
		i=$((i + 1))
	done
}

return_values_count() {
	begin
	event 7 openat -3 "$args"
	compare
	expect_status 1
	expect_in "openat: returned -2, event has -3" "$out"
	compare_strace
	expect_status 1
	expect_in "openat ret: strace has -1 ENOENT" "$out"
}

events_are_counted() {
	begin
	compare
	expect_status 1
	expect_in "openat: no event" "$out"
	event 7 openat -2 "$args"
	event 7 close 0 '[]'
	compare
	expect_status 1
	expect_in "openat: 2 events where one is expected" "$out"
}

arguments_are_counted() {
	begin
	event 7 openat -2 "$(jq -c '.[:3]' <<< "$args")"
	compare
	expect_status 1
	expect_in "openat: passed 4 arguments, event has 3" "$out"
	compare_strace
	expect_status 1
	expect_in "openat count: strace has 4 arguments" "$out"
}

names_are_compared() {
	begin
	event 7 openat -2 "$args"
	sed -i 's/O_WRONLY|O_CREAT/O_CREAT|O_WRONLY/' "$T/strace"
	compare_strace
	expect_status 0
	sed -i 's/O_CREAT|O_WRONLY/O_CREAT|O_WRITE/' "$T/strace"
	compare_strace
	expect_status 1
	expect_in "openat flags: strace has 0x41 /* O_CREAT|O_WRITE */" "$out"
}

differences_are_known_and_real() {
	begin
	event 7 openat -2 "$args"
	printf 'openat\tflags\tstrace thinks otherwise\n' > "$T/differs"
	compare_strace
	expect_status 1
	expect_in "openat flags: does not differ, but is among the known differences" "$out"
	sed -i 's/0x41 /0x40 /' "$T/strace"
	compare_strace
	expect_status 0
	expect_equal "compared 1, agree 0 of 0 system calls, named 0 of 0 system calls, explained 1, unknown to strace 0" "$out"
}

# Part of what we name, strace may leave as a number, and it may name what is zero.
numbers_may_be_among_names() {
	local shown
	for shown in '0x1 /* O_WRONLY */|0100' '0x41 /* O_RDONLY|O_WRONLY|O_CREAT */' '0 /* O_RDONLY */|0x1 /* O_WRONLY */|0x40'; do
		begin
		event 7 openat -2 "$args"
		sed -i "s,0x41 [^,]*,$shown," "$T/strace"
		compare_strace
		expect_status 0
	done
	for shown in '0x1 /* O_WRONLY */|0200' '0x41 /* O_WRONLY|ENOENT */' '0x41 /* O_CREAT */' '0x41 /* O_WRONLY|O_CREAT|O_NONSENSE */'; do
		begin
		event 7 openat -2 "$args"
		sed -i "s,0x41 [^,]*,$shown," "$T/strace"
		compare_strace
		expect_status 1
	done
}

# What strace interrupts, because another thread does something.
halves_are_joined() {
	begin
	event 7 openat -2 "$args"
	sed -i 's/, 0xdead0f/ <unfinished ...>\n9 +++ exited with 0 +++\n7 <... openat resumed>&/' "$T/strace"
	compare_strace
	expect_status 0
	expect_equal "compared 1, agree 1 of 1 system calls, named 1 of 1 system calls, explained 0, unknown to strace 0" "$out"
}

generate() { capture awk -f tests/syscalls/calls.awk "$T/events.tsv" "$T/exceptions.tsv" "$T/calls.tsv"; }

every_event_has_a_call() {
	printf '0\tread\tsyscall\t0\t63\tno\tfs\tint fd\n1\texit\tsyscall\t60\t93\tno\tfs\t\n' > "$T/events.tsv"
	printf 'exit\tdoes not return\n' > "$T/exceptions.tsv"
	printf 'read\t-9\nfuture\t1\n' > "$T/calls.tsv"
	generate
	expect_status 0
	expect_in "#define N_CALLS 1" "$out"
	printf 'exit\t3\n' >> "$T/calls.tsv"
	generate
	expect_status 1
	expect_in "exit is in exceptions.tsv too" "$err"
	: > "$T/exceptions.tsv"
	printf '# none\n' > "$T/exceptions.tsv"
	printf 'read\t-9\n' > "$T/calls.tsv"
	generate
	expect_status 1
	expect_in "exit of events.tsv is neither in calls.tsv nor in exceptions.tsv" "$err"
}

run "a call that was seen as it was is right" right_is_right
run "another value of any argument is wrong" each_argument_counts
run "another sign, an unread text, an unknown name and a number for an address are wrong" kinds_are_kept
run "another return value is wrong" return_values_count
run "no event and one too many are wrong" events_are_counted
run "a missing argument is wrong" arguments_are_counted
run "names are compared as sets" names_are_compared
run "numbers may be among strace's names" numbers_may_be_among_names
run "a known difference is explained, and must be one" differences_are_known_and_real
run "calls that strace shows in halves are joined" halves_are_joined
run "each event has a call or a reason" every_event_has_a_call
finish
