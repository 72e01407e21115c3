#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Where events and the log go, on this machine: files, their rotation, named pipes. Needs root and a
# kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
require_bpf 10

# Opens a file that is not there, so that its name is in an event.
mark() { # name
	cat "$T/mark-$1" 2> /dev/null || true
}

marks() { # name file
	grep -c "mark-$1" "$2" || true
}

# The account that is the last line of a file.
account() { # file field
	tail -n 1 "$1" | jq ".statistics.$2"
}

# All that was delivered is in one of these files, whole.
expect_all_in() { # account-file file...
	local account=$1
	shift
	expect_equal "$(($(account "$account" delivered) - $(account "$account" own)))" "$(cat "$@" | jq -c .eventName | wc -l)"
	expect_equal 0 "$(account "$account" unreadable)"
}

files_take_events_and_log() {
	echo old > "$T/log"
	start --trace event=openat --output json --output "out-file:$T/new/dir/events" --output "err-file:$T/log"
	mark one
	stop
	expect_equal "" "$(< "$T/out")"
	expect_equal "" "$(< "$T/err")"
	expect_equal 1 "$(marks one "$T/new/dir/events")"
	expect_equal 0 "$(grep -c '^old' "$T/log")"
	expect_in "tracing 1 event" "$(< "$T/log")"
	expect_all_in "$T/log" "$T/new/dir/events"
	expect_equal "640 755" "$(stat -c %a "$T/new/dir/events" "$T/new/dir" | xargs)"
}

rotation_loses_nothing() {
	local flood n=0
	start --trace event=openat,getppid --output json --output "out-file:$T/events" --output "err-file:$T/log" --buffer-size 16M
	mark first
	sleep 0.1
	"$BUILD/tests/host/storm" getppid 1 500000 &
	flood=$!
	while kill -0 $flood 2> /dev/null && [ $n -lt 20 ]; do
		n=$((n + 1))
		mv "$T/events" "$T/events.$n"
		mv "$T/log" "$T/log.$n"
		kill -HUP "$pid"
		for _ in $(seq 100); do [ ! -e "$T/events" ] || [ ! -e "$T/log" ] || break; sleep 0.02; done
	done
	wait $flood
	sleep 0.1
	mark last
	stop
	echo "# rotated $n times" >&3
	[ $n -ge 3 ] || fail "rotated $n times only"
	expect_equal 0 "$(marks last "$T/events.1")"
	expect_equal 1 "$(marks last "$T/events")"
	expect_equal 1 "$(cat "$T"/events.* | grep -c "mark-first")"
	expect_all_in "$T/log" "$T"/events*
	expect_in "tracing 2 events" "$(< "$T/log.1")"
}

# A directory that only root may write to, and a process that is nobody by then.
rotation_works_without_privileges() {
	mkdir -m 700 "$T/private"
	start --trace event=openat --output json --output "out-file:$T/private/events"
	expect_equal 65534 "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")"
	expect_equal 2 "$(awk '/^Seccomp:/ { print $2 }' "/proc/$pid/status")"
	mv "$T/private/events" "$T/private/old"
	kill -HUP "$pid"
	for _ in $(seq 100); do [ ! -e "$T/private/events" ] || break; sleep 0.02; done
	mark after
	stop
	expect_equal 1 "$(marks after "$T/private/events")"
	expect_equal "0 640" "$(stat -c '%u %a' "$T/private/events")"
	expect_all_in "$T/err" "$T/private/events" "$T/private/old"
}

tables_have_their_headings_in_each_file() {
	start --trace event=openat --output "out-file:$T/events"
	mark one
	sleep 0.1
	mv "$T/events" "$T/events.1"
	kill -HUP "$pid"
	for _ in $(seq 100); do [ ! -e "$T/events" ] || break; sleep 0.02; done
	kill -HUP "$pid" # nothing was renamed: the file goes on
	mark two
	stop
	expect_equal 1 "$(grep -c '^TIME(s)' "$T/events.1")"
	expect_equal 1 "$(grep -c '^TIME(s)' "$T/events")"
	expect_equal "TIME(s)" "$(head -n 1 "$T/events" | cut -d' ' -f1)"
	expect_equal "1 1" "$(marks one "$T/events.1") $(marks two "$T/events")"
}

a_file_that_cannot_come_back_is_told() {
	mkdir "$T/logs"
	start --trace event=openat --output json --output "out-file:$T/logs/events"
	mv "$T/logs" "$T/gone"
	kill -HUP "$pid"
	sleep 0.3
	mark after
	stop
	expect_in "warning: out-file '$T/logs/events' cannot be opened again, the file of before stays in use: No such file or directory" \
		"$(< "$T/err")"
	expect_equal 1 "$(marks after "$T/gone/events")"
}

# The reader sees the end when the runtime ends, not when its helpers do.
a_named_pipe_is_waited_for_and_ends() {
	local reader
	make_object
	mkfifo "$T/pipe"
	"$runtime" --install-path "$T/objects" --ready-file "$T/ready" --trace event=openat --output json --output "out-file:$T/pipe" \
		--output "err-file:$T/log" 2> "$T/err" &
	pid=$!
	for _ in $(seq 100); do [ ! -s "$T/err" ] || break; sleep 0.02; done
	expect_in "'$T/pipe' is a named pipe that nobody reads: waiting for a reader" "$(< "$T/err")"
	[ ! -e "$T/ready" ] || fail "it traces already"
	cat "$T/pipe" > "$T/events" &
	reader=$!
	await_ready
	kill -HUP "$pid"
	mark one
	stop
	wait $reader
	expect_equal 1 "$(marks one "$T/events")"
	expect_all_in "$T/log" "$T/events"
}

nothing_is_traced_without_the_file() {
	make_object
	capture "$runtime" --install-path "$T/objects" --trace event=openat --output "out-file:$T/objects"
	expect_status 1
	expect_equal "tracee-runtime: out-file '$T/objects': cannot be opened for writing: Is a directory" "$err"
	capture timeout -s KILL 60 "$runtime" --install-path "$T/objects" --trace event=openat --output out-file:/dev/full
	expect_status 1
	expect_in "'/dev/full': " "$err"
}

rotation_waits_for_the_start() {
	make_object
	"$runtime" --install-path "$T/objects" --ready-file "$T/ready" --trace event=openat --output json \
		--output "out-file:$T/events" 2> "$T/err" &
	pid=$!
	for _ in $(seq 200); do ! grep -q object "$T/err" || break; sleep 0.01; done
	mv "$T/events" "$T/events.1"
	kill -HUP "$pid"
	await_ready
	for _ in $(seq 100); do [ ! -e "$T/events" ] || break; sleep 0.02; done
	mark one
	stop
	expect_equal 1 "$(marks one "$T/events")"
	expect_all_in "$T/err" "$T/events" "$T/events.1"
}

# One line an event, and the times of all forms agree with those of the machine.
templates_and_times_are_true() {
	local before after line
	before=$(date +%s%6N)
	# shellcheck disable=SC2016
	echo '{{.time}} {{.timestamp}} {{.processName}}{{range .args}} {{.name}}={{json .value}}{{end}}' > "$T/line"
	start --trace event=openat --output "template:$T/line" --output option:relative-time
	mark one
	stop
	after=$(date +%s%6N)
	line=$(grep mark-one "$T/out")
	expect_equal "cat dirfd=-100 pathname=\"$T/mark-one\" flags=\"O_RDONLY\" mode=\"0\"" "$(cut -d' ' -f3- <<< "$line")"
	line=$(date -d "$(cut -d' ' -f1 <<< "$line")" +%s%6N)
	[ "$before" -lt "$line" ] && [ "$line" -lt "$after" ] || fail "$line is not between $before and $after"
	awk -v limit=$((after - before)) '$2 < 0 || $2 * 1000000 > limit { exit 1 }' "$T/out" || fail "$(< "$T/out")"
}

helpers_end_with_the_runtime() {
	start --trace event=openat --output json --output "out-file:$T/events"
	local helpers
	helpers=$(pgrep -P "$pid" | xargs)
	expect_equal "tracee-files tracee-ready" "$(ps -o comm= -p "${helpers// /,}" | sort | xargs)"
	kill -KILL "$pid"
	wait "$pid" 2> /dev/null || true
	for _ in $(seq 100); do ps -p "${helpers// /,}" > /dev/null || break; sleep 0.02; done
	expect_equal "" "$(ps -o comm= -p "${helpers// /,}")"
}

exec 3>&1
run "files take the events and the log" files_take_events_and_log
run "rotation in a flood loses no event" rotation_loses_nothing
run "rotation works after privileges are gone" rotation_works_without_privileges
run "tables have their headings in each file" tables_have_their_headings_in_each_file
run "a file that cannot be opened again is told, and the old one stays" a_file_that_cannot_come_back_is_told
run "a named pipe is waited for, and ends with the runtime" a_named_pipe_is_waited_for_and_ends
run "without its file nothing is traced" nothing_is_traced_without_the_file
run "a rotation while programs are loaded is not forgotten" rotation_waits_for_the_start
run "templates and times are true" templates_and_times_are_true
run "helpers end with the runtime" helpers_end_with_the_runtime
finish
