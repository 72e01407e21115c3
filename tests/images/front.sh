#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The front door as the images have it, with the real runtime and builder beside it, on this machine. What delivers findings
# is a stand-in. Needs root and a kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
n_tests=24
require_bpf $n_tests
unset TRACEE_WEBHOOK_CONFIG TRACEE_READY_FILE KERN_HEADERS

# ---- what the tests use --------------------------------------------------------------------------

# The programs in $T/front, as an image has them in /tracee.
place() { # program...
	mkdir -p "$T/front"
	for program in tracee tracee-runtime "$@"; do cp "$BUILD/$program" "$T/front/"; done
	chmod 755 "$T"
	install=$T/install
	front=
	trap 'tidy_front' EXIT
}

tidy_front() {
	[ -z "$front" ] || kill -KILL "$front" 2> /dev/null || true
	pkill -KILL -f "^$T/front/" 2> /dev/null || true
	awk -v dir="$T/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | xargs -r umount -l
}

# In the background, until it traces; sets $front. A shell has what is in its background ignore SIGINT.
open_door() { # option...
	TRACEE_READY_FILE=$T/ready env --default-signal=INT "$T/front/tracee" --install-path "$install" --output json "$@" > "$T/out" 2> "$T/err" &
	front=$!
	await_open
}

await_open() {
	for _ in $(seq 200); do
		[ ! -s "$T/ready" ] || return 0
		kill -0 "$front" 2> /dev/null || break
		sleep 0.05
	done
	fail "it does not become ready: $(< "$T/err")"
}

await() { # seconds command...
	local tries=$(($1 * 20))
	shift
	for _ in $(seq $tries); do
		! "$@" > /dev/null 2>&1 || return 0
		sleep 0.05
	done
	fail "this did not come true: $*; stderr: $(< "$T/err")"
}

# Sets $status and $took_ms.
await_end() {
	local started
	started=$(date +%s%N)
	status=0
	wait "$front" || status=$?
	took_ms=$((($(date +%s%N) - started) / 1000000))
	front=
}

end_with() { # signal
	kill -"$1" "$front"
	await_end
}

expect_soon() { # ms
	[ "$took_ms" -le "$1" ] || fail "it took $took_ms ms to end, expected at most $1"
}

provoke() { "$BUILD/tracee-simulate" ADB-01 > /dev/null 2>&1 || true; }

has_finding() { # file
	jq -e 'select(.SigMetadata.ID == "TRC-2")' "$1"
}

# ---- the object ----------------------------------------------------------------------------------

makes_the_object_once() {
	place tracee-builder
	open_door
	expect_in "making 'tracee.bpf." "$(< "$T/err")"
	provoke
	end_with TERM
	expect_equal 0 "$status"
	has_finding "$T/out" > /dev/null || fail "nothing was found: $(< "$T/out")"
	expect_equal "644 $(id -u)" "$(stat -c '%a %u' "$install"/*.o)"
	expect_equal "" "$(find "$install" -name '.make-*')"
	rm "$T/ready" 2> /dev/null || true
	open_door
	case $(< "$T/err") in *making*) fail "it is made again: $(< "$T/err")" ;; esac
	end_with TERM
}

progress_is_shown_on_a_terminal() {
	place
	printf '#!/bin/sh\necho "tracee-builder: at work" >&2; sleep 2.2; exit 5\n' > "$T/front/tracee-builder"
	chmod 755 "$T/front/tracee-builder"
	script -qec "$T/front/tracee --install-path $install" /dev/null > "$T/screen" < /dev/null || true
	expect_in "at work" "$(< "$T/screen")"
	grep -q $'\r\e\[Ktracee\.bpf\..*: 1 s' "$T/screen" || fail "no progress: $(cat -v "$T/screen")"
	capture "$T/front/tracee" --install-path "$install"
	case $err in *$'\e'*) fail "progress without a terminal: $err" ;; esac
}

# It has no capability and is nobody: what it may not read it does not find.
the_builder_is_nobody() {
	place
	cat > "$T/front/tracee-builder" <<-END
		#!/bin/sh
		grep -E '^(Uid|Gid|Groups|CapEff|CapPrm|CapBnd|NoNewPrivs):' /proc/self/status > "$install/../seen"
		exit 5
	END
	chmod 755 "$T/front/tracee-builder"
	touch "$T/seen"
	chmod 666 "$T/seen"
	capture "$T/front/tracee" --install-path "$install"
	expect_status 3
	expect_equal "CapBnd: 0000000000000000
CapEff: 0000000000000000
CapPrm: 0000000000000000
Gid: 65534 65534 65534 65534
Groups:
NoNewPrivs: 1
Uid: 65534 65534 65534 65534" "$(sed 's/[ \t]*$//; s/[ \t]\+/ /g' "$T/seen" | sort)"
}

takes_nothing_else_from_it() {
	place
	cat > "$T/front/tracee-builder" <<-'END'
		#!/bin/bash
		while [ $# -gt 1 ]; do case $1 in --output-dir) out=$2 ;; --kernel) kernel=$2 ;; --tracee-version) version=$2 ;; esac; shift; done
		name=tracee.bpf.$kernel.$version name=${name//./_}
		ln -s /etc/passwd "$out/tracee.bpf.${kernel//./_}.${version//./_}.o"
	END
	chmod 755 "$T/front/tracee-builder"
	capture "$T/front/tracee" --install-path "$install"
	expect_status 1
	expect_in "Too many levels of symbolic links" "$err"
	expect_equal "" "$(find "$install" -name '*.o' -o -name '.make-*')"
}

# Without a builder, as in the slim image.
slim_says_what_is_missing() {
	local started
	place
	started=$(date +%s%N)
	capture env --chdir="$T" "$T/front/tracee" --install-path "$install"
	[ $((($(date +%s%N) - started) / 1000000)) -lt 1000 ] || fail "that took longer than a second"
	expect_status 3
	expect_in "no object 'tracee.bpf.$(uname -r | tr . _)." "$err"
	expect_in "'$T/front', '$install', '/usr/lib/tracee'" "$err"
	expect_in "make bpf DOCKER=1 KERN_RELEASE=$(uname -r)" "$err"
	expect_equal "" "$out"
}

an_object_that_is_named_is_not_made() {
	place tracee-builder
	mkdir "$T/empty"
	capture env TRACEE_BPF_FILE="$T/empty" "$T/front/tracee" --install-path "$install"
	expect_status 3
	[ ! -e "$install" ] || fail "something was made"
	case $err in *making*) fail "$err" ;; esac
}

two_at_once_make_one() {
	local pids=() made
	place tracee-builder
	for i in 1 2 3; do
		TRACEE_READY_FILE=$T/ready$i "$T/front/tracee" --install-path "$install" > "$T/out$i" 2> "$T/err$i" &
		pids+=($!)
	done
	cat /dev/null > "$T/err"
	for i in 1 2 3; do await 20 test -s "$T/ready$i"; done
	kill "${pids[@]}"
	for pid in "${pids[@]}"; do wait "$pid" || fail "one ended with $?"; done
	made=$(grep -l "^tracee: made in" "$T"/err[123] | wc -l)
	expect_equal 1 "$made"
	expect_equal "" "$(find "$install" -name '.make-*')"
}

# What was killed half-way leaves nothing that is taken, and is cleaned up by the next one.
what_was_killed_is_no_object() {
	place
	printf '#!/bin/sh\nwhile [ "$1" != --output-dir ]; do shift; done\necho half > "$2/x"; sleep 60\n' > "$T/front/tracee-builder"
	chmod 755 "$T/front/tracee-builder"
	"$T/front/tracee" --install-path "$install" > "$T/out" 2> "$T/err" &
	front=$!
	await 10 find "$install" -name x -size +0
	await 10 grep -q making "$T/err"
	sleep 0.3
	end_with KILL
	expect_equal "" "$(find "$install" -name '*.o')"
	pkill -KILL -f "$T/front/tracee-builder" || true
	rm "$T/front/tracee-builder"
	cp "$BUILD/tracee-builder" "$T/front/"
	open_door
	expect_equal "" "$(find "$install" -name '.make-*')"
	end_with TERM
}

stopping_stops_the_builder() {
	place
	printf '#!/bin/sh\nexec sleep 60\n' > "$T/front/tracee-builder"
	chmod 755 "$T/front/tracee-builder"
	"$T/front/tracee" --install-path "$install" > "$T/out" 2> "$T/err" &
	front=$!
	await 10 grep -q making "$T/err"
	sleep 0.3
	end_with TERM
	expect_equal 143 "$status"
	expect_soon 2000
	expect_equal "" "$(find "$install" -name '*.o' -o -name '.make-*')"
}

a_full_disk_is_told() {
	place tracee-builder
	mkdir "$install"
	mount -t tmpfs -o size=64k,mode=755 tmpfs "$install"
	capture "$T/front/tracee" --install-path "$install"
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ] || fail "status $status: $err"
	expect_in "No space left on device" "$err"
	expect_equal "" "$(find "$install" -name '*.o' -o -name '.make-*')"
}

a_directory_of_everyone_is_refused() {
	place tracee-builder
	mkdir -m 777 "$install"
	capture "$T/front/tracee" --install-path "$install"
	expect_status 4
	expect_in "would not be trusted; expected root or user 0, and 0755" "$err"
	expect_equal "" "$(find "$install" -type f)"
}

# ---- the runtime ---------------------------------------------------------------------------------

ends_with_the_account() {
	for signal in TERM INT; do
		place tracee-builder
		open_door
		end_with $signal
		expect_equal 0 "$status"
		expect_soon 2000
		jq -e '.statistics.final' <<< "$(tail -n 1 "$T/err")" > /dev/null || fail "no account: $(< "$T/err")"
	done
}

passes_other_signals_on() {
	place tracee-builder
	open_door
	kill -USR1 "$front"
	await 5 grep -q '"final":false' "$T/err"
	end_with TERM
	expect_equal 0 "$status"
}

# Nobody may be sent a signal to by a root without CAP_KILL.
stops_it_without_the_right_to() {
	place tracee-builder
	TRACEE_READY_FILE=$T/ready setpriv --bounding-set -kill --inh-caps -kill "$T/front/tracee" --install-path "$install" --output json > "$T/out" 2> "$T/err" &
	front=$!
	await_open
	expect_equal 65534 "$(awk '/^Uid:/ { print $2 }' "/proc/$(< "$T/ready")/status")"
	end_with TERM
	expect_equal 0 "$status"
	expect_soon 2000
}

a_killed_runtime_is_our_end() {
	place tracee-builder
	open_door
	kill -KILL "$(< "$T/ready")"
	await_end
	expect_equal 137 "$status"
	expect_in "tracee-runtime' was ended by signal 9 (Killed)" "$(< "$T/err")"
}

a_killed_front_door_ends_the_runtime() {
	local runtime
	place tracee-builder
	open_door
	runtime=$(< "$T/ready")
	end_with KILL
	await 5 grep -q '"final":true' "$T/err"
	await 5 test ! -e "/proc/$runtime"
}

a_missing_object_is_no_failure_of_the_check() {
	place
	capture "$T/front/tracee" check --install-path "$install"
	expect_status 3
	cp "$BUILD/tracee-builder" "$T/front/"
	capture "$T/front/tracee" check --install-path "$install"
	expect_status 0
	expect_in "it is made at the first start" "$err"
	capture env TRACEE_BPF_FILE="$T" "$T/front/tracee" check
	expect_status 3
}

passes_statuses_on() {
	place tracee-builder
	capture "$T/front/tracee" --install-path "$install" --rules nothing
	expect_status 2
	capture setpriv --reuid 1000 --clear-groups "$T/front/tracee" --install-path "$install"
	expect_status 5
	expect_in "CAP_BPF" "$err"
	[ ! -e "$install" ] || fail "something was made for who cannot trace"
	capture "$T/front/tracee" trace --help
	expect_status 0
	[ ! -e "$install" ] || fail "something was made for a help text"
}

health_is_that_of_the_runtime() {
	place tracee-builder
	capture env TRACEE_READY_FILE="$T/ready" "$T/front/tracee" health
	expect_status 1
	expect_in "not ready: '$T/ready'" "$err"
	open_door
	capture env TRACEE_READY_FILE="$T/ready" "$T/front/tracee" health
	expect_status 0
	expect_equal "" "$out$err"
	end_with TERM
	echo $$ > "$T/ready"
	capture env TRACEE_READY_FILE="$T/ready" "$T/front/tracee" health
	expect_status 1
	expect_in "which is no runtime that lives" "$err"
}

# ---- the second program --------------------------------------------------------------------------

# A stand-in that writes down each of its starts, and what it is given.
place_second() { # commands
	place tracee-builder
	mkdir "$T/second"
	chmod 777 "$T/second"
	echo "a: b" > "$T/config.yaml"
	chmod 600 "$T/config.yaml"
	{
		printf '#!/bin/bash\necho "$$ $(id -u) $(cat <&3)" >> %q/starts\n' "$T/second"
		cat
	} > "$T/front/tracee-notify"
	chmod 755 "$T/front/tracee-notify"
	export TRACEE_WEBHOOK_CONFIG=$T/config.yaml
}

n_starts() { wc -l < "$T/second/starts"; }
last_second() { tail -n 1 "$T/second/starts" | cut -d ' ' -f 1; }
has_started() { [ "$(n_starts)" -ge "$1" ]; }

findings_reach_the_second_one() {
	place_second <<< 'exec cat >> "'"$T"'/second/findings"'
	open_door --rules TRC-2
	await 5 has_started 1
	expect_equal "65534 a: b" "$(cut -d ' ' -f 2- "$T/second/starts")"
	provoke
	await 5 has_finding "$T/second/findings"
	end_with TERM
	expect_equal 0 "$status"
	cmp "$T/out" "$T/second/findings"
}

a_killed_second_one_comes_back() {
	local runtime
	place_second <<< 'exec cat >> "'"$T"'/second/findings"'
	open_door --rules TRC-2
	runtime=$(< "$T/ready")
	await 5 has_started 1
	kill -KILL "$(last_second)"
	await 5 has_started 2
	expect_in "was ended by signal 9 (Killed)" "$(< "$T/err")"
	provoke
	await 5 has_finding "$T/second/findings"
	expect_equal "$runtime" "$(< "$T/ready")"
	end_with TERM
	expect_equal 0 "$status"
}

# Neither one that fails at once nor one that reads nothing costs a finding on stdout, or the end.
a_broken_second_one_stops_nothing() {
	for what in 'exit 1' 'trap "" TERM; while :; do sleep 1; done'; do
		place_second <<< "$what"
		open_door --rules TRC-2
		await 5 has_started 1
		provoke
		await 5 has_finding "$T/out"
		end_with TERM
		expect_equal 0 "$status"
		expect_soon 2000
		rm -r "$T/second" "$T/front"
	done
}

a_config_that_is_missing_is_told() {
	place tracee-builder
	capture env TRACEE_WEBHOOK_CONFIG="$T/none.yaml" "$T/front/tracee" --install-path "$install"
	expect_status 2
	expect_in "TRACEE_WEBHOOK_CONFIG names '$T/none.yaml': No such file" "$err"
	touch "$T/config.yaml"
	TRACEE_WEBHOOK_CONFIG=$T/config.yaml open_door
	expect_in "there is no '$T/front/tracee-notify' to do it" "$(< "$T/err")"
	end_with TERM
	expect_equal 0 "$status"
}

# ---- process 1 -----------------------------------------------------------------------------------

# What a shell starts and does not wait for becomes a child of process 1.
leaves_no_zombies_as_process_1() {
	local one
	place_second <<- 'END'
		for i in $(seq 1000); do (true &); done
		touch "${TRACEE_WEBHOOK_CONFIG%/*}/second/done"
		exec cat
	END
	TRACEE_READY_FILE=$T/ready unshare --pid --fork --kill-child --mount-proc "$T/front/tracee" --install-path "$install" > "$T/out" 2> "$T/err" &
	front=$!
	await_open
	await 60 test -e "$T/second/done"
	sleep 1
	one=$(pgrep -P "$front")
	expect_equal "cat
tracee-runtime" "$(ps -o comm= --ppid "$one" | sort)"
	kill -TERM "$one"
	await_end
	expect_equal 0 "$status"
	expect_soon 2000
}

run "makes the object when there is none, as nobody's, and finds it the next time" makes_the_object_once
run "progress is shown on a terminal, and nowhere else" progress_is_shown_on_a_terminal
run "the builder is nobody, without capabilities" the_builder_is_nobody
run "only an object is taken from the builder" takes_nothing_else_from_it
run "without a builder it says what is missing, within a second" slim_says_what_is_missing
run "an object that is named is not made" an_object_that_is_named_is_not_made
run "three at once make one object, and all trace" two_at_once_make_one
run "one that was killed while it made the object leaves nothing" what_was_killed_is_no_object
run "stopping stops the builder" stopping_stops_the_builder
run "a full disk is told, and nothing is left" a_full_disk_is_told
run "a directory that is everyone's is refused" a_directory_of_everyone_is_refused
run "SIGTERM and SIGINT end it with the account, within 2 s" ends_with_the_account
run "other signals are passed on" passes_other_signals_on
run "it stops a runtime that it may not send signals to" stops_it_without_the_right_to
run "a runtime that is killed is its end, with its signal" a_killed_runtime_is_our_end
run "when it is killed, the runtime ends" a_killed_front_door_ends_the_runtime
run "that there is no object yet is no failure of the check, where one can be made" a_missing_object_is_no_failure_of_the_check
run "exit statuses are passed on, and nothing is made in vain" passes_statuses_on
run "health is that of the runtime" health_is_that_of_the_runtime
run "findings reach the second program, which is nobody" findings_reach_the_second_one
run "a second program that is killed is started again, the runtime is not" a_killed_second_one_comes_back
run "a broken second program stops nothing" a_broken_second_one_stops_nothing
run "a configuration that is missing, or a program for it, is told" a_config_that_is_missing_is_told
run "as process 1 it leaves no zombies of 1,000 orphans" leaves_no_zombies_as_process_1
finish
