#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every field of --trace on real events: what matches is written and nothing else is. Needs root and a
# kernel that loads BPF. Processes are told apart by the files they open, $T/x-NAME, which are not there.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
require_bpf 25

# Starts the runtime on openat with further expressions.
trace() { # expression...
	local options=(--trace event=openat --output json)
	for expression; do options+=(--trace "$expression"); done
	start "${options[@]}"
}

look() { # name...
	local name
	for name; do cat "$T/x-$name" 2> /dev/null || true; done
}

# Stops it, and expects exactly the files that are named to have been opened, in any order.
expect_looks() { # name...
	stop
	expect_equal "$(printf '%s\n' "$@" | sort)" \
		"$(jq -r '.args[] | select(.name == "pathname") | .value' "$T/out" | sed -n "s|^$T/x-||p" | sort -u)"
	account_is_even
}

# What was delivered was written, or filtered; of the events that a filter needs, too.
account_is_even() {
	local account
	account=$(tail -n 1 "$T/err")
	expect_equal true "$(jq '.statistics | .generated == .submitted + .dropped and .delivered + .unreadable == .submitted and
		.filtered == ([.events[].filtered] | add // 0)' <<< "$account")"
	expect_equal "$(wc -l < "$T/out")" "$(jq '.statistics | .delivered - .own - .filtered' <<< "$account")"
}

# A shell that waits until it is told to go on with `go`; sets $waiting.
wait_to_look() { # name [command...]
	local name=$1
	shift
	mkfifo "$T/go-$name"
	# shellcheck disable=SC2016
	"$@" bash -c 'read -r _ < "$1"; cat "$2" 2> /dev/null; : < "$2"' bash "$T/go-$name" "$T/x-$name" 2> /dev/null &
	waiting=$!
}
go() { # name
	echo > "$T/go-$1"
	wait "$waiting" || true
}

# What an account says of openat: filtered in the kernel, delivered, filtered in the runtime.
kept_out() { # expression...
	trace "$@"
	look one two three
	stop
	tail -n 1 "$T/err" | jq -r '[.statistics.events[] | select(.eventName == "openat" and (.compat | not))][0] |
		"\(.filteredInKernel > 0) \(.delivered) \(.filtered)"'
}

the_kernel_keeps_out() {
	for expression in uid=4294967294 'uid>4294967294' pid=4294967294 tid=4294967294 mntns=1 pidns=1 comm=no-such-name uts=no-such-host \
		openat.retval=12345 'openat.retval<-4000' openat.dirfd=77 'openat.pathname=/no/such/*' openat.pathname=/no/such \
		'openat.pathname=/no/such/*,/none/either'; do
		expect_equal "$expression: true 0 0" "$expression: $(kept_out "$expression")"
	done
	expect_equal "all at once: true 0 0" "all at once: $(kept_out 'uid>0' comm=a,b openat.retval=7 'openat.pathname=/no*')"
	# What matches comes all the same, and alone.
	trace "openat.pathname=$T/x-*" 'openat.retval<0' comm=cat "uid=$(id -u)"
	look one two
	expect_looks one two
	expect_equal 0 "$(tail -n 1 "$T/err" | jq .statistics.filtered)"
}

the_runtime_keeps_out() {
	for expression in 'comm=*no-such' 'openat.pathname=*no-such' openat.flags=O_PATH 'openat.pathname!=/*'; do
		[ "$(kept_out "$expression" | sed 's/^false [1-9][0-9]* [1-9][0-9]*$/runtime/')" = runtime ] ||
			fail "$expression: $(tail -n 1 "$T/err")"
	done
}

users() {
	trace uid=1234
	chmod 755 "$T"
	setpriv --reuid 1234 --clear-groups cat "$T/x-theirs" 2> /dev/null || true
	look ours
	expect_looks theirs
	[ "$(tail -n 1 "$T/err" | jq '.statistics | .filtered + .filteredInKernel')" -gt 0 ] || fail "nothing was filtered"
	trace 'uid>1000' 'uid<2000' 'uid!=1235'
	for user in 1000 1234 1235 2000; do
		setpriv --reuid $user --clear-groups cat "$T/x-$user" 2> /dev/null || true
	done
	expect_looks 1234
}

processes_and_threads() {
	wait_to_look one
	local one=$waiting
	wait_to_look two
	trace "pid=$one"
	go two
	waiting=$one
	go one
	expect_looks one
	rm "$T"/go-*
	wait_to_look three
	trace "tid=$waiting"
	go three
	look four
	expect_looks three
}

new_processes() {
	wait_to_look old
	trace pid=new
	go old
	look new
	# The shell is old, its cat is not.
	expect_equal 0 "$(jq -s "[.[] | select(.hostProcessId == $waiting)] | length" "$T/out")"
	expect_looks new old
	rm "$T"/go-*
	wait_to_look old
	trace 'pid!=new'
	go old
	look new
	expect_looks old
	expect_equal "[$waiting]" "$(jq -sc --arg path "$T/x-old" '[.[] | select(any(.args[]; .value == $path)) | .hostProcessId]' "$T/out")"
}

names() {
	cp "$(command -v cat)" "$T/reader.one"
	cp "$(command -v cat)" "$T/writer.two"
	readers() {
		"$T/reader.one" "$T/x-one" 2> /dev/null || true
		"$T/writer.two" "$T/x-two" 2> /dev/null || true
		look three
	}
	trace 'comm=reader*,*.two'
	readers
	expect_looks one two
	trace 'comm!=cat,*.one'
	readers
	expect_looks two
}

node_names() {
	local name=a-node-name-of-more-than-fifteen-bytes
	trace "uts=$name"
	unshare --uts sh -c "hostname $name; cat '$T/x-there'" 2> /dev/null || true
	look here
	expect_looks there
}

namespaces() {
	wait_to_look inside unshare --mount --pid --fork
	local mntns pidns
	for _ in $(seq 100); do
		inner=$(pgrep -P "$waiting") && [ "$(readlink "/proc/$inner/ns/pid")" != "$(readlink /proc/self/ns/pid)" ] && break
		sleep 0.05
	done
	mntns=$(stat -Lc %i "/proc/$inner/ns/mnt")
	pidns=$(stat -Lc %i "/proc/$inner/ns/pid")
	trace "mntns=$mntns" "pidns=$pidns"
	go inside
	look outside
	expect_looks inside
	trace "mntns!=$mntns" 'pidns=4026531836'
	unshare --pid --fork cat "$T/x-nested" 2> /dev/null || true
	look outside
	expect_looks outside
}

containers_by_namespace() {
	trace container
	unshare --pid --fork cat "$T/x-inside" 2> /dev/null || true
	look outside
	expect_looks inside
	trace '!container'
	unshare --pid --fork cat "$T/x-inside" 2> /dev/null || true
	look outside
	expect_looks outside
}

# Sets $mount; makes $1 below it, and removes it in the end.
make_cgroup() { # path
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	made+=("$mount/$1")
	tidy() {
		for ((i = ${#made[@]} - 1; i >= 0; i--)); do
			for _ in $(seq 20); do rmdir "${made[i]}" 2> /dev/null && break || sleep 0.1; done
		done
	}
	[ -n "${pid+set}" ] || begin
	mkdir -p "$mount/$1"
}

look_in() { # cgroup name
	# shellcheck disable=SC2016
	sh -c 'echo $$ > "$1/cgroup.procs"; cat "$2" 2> /dev/null' sh "$mount/$1" "$T/x-$2" || true
}

id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
other=f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

containers_by_id() {
	made=()
	make_cgroup docker-$id.scope
	make_cgroup docker-$other.scope
	trace container=0123,abcd
	look_in docker-$id.scope one
	look_in docker-$other.scope two
	look outside
	expect_looks one
	trace 'container!=0123' container
	look_in docker-$id.scope one
	look_in docker-$other.scope two
	look outside
	expect_looks two
	trace container
	look_in docker-$id.scope one
	look outside
	expect_looks one
}

# Containers with a process in them: one by its cgroup, one by its pid namespace.
new_containers() {
	made=()
	make_cgroup docker-$id.scope
	make_cgroup docker-$other.scope
	sh -c "echo \$\$ > '$mount/docker-$id.scope/cgroup.procs'; exec sleep 60" &
	local resident=$!
	unshare --pid --fork --kill-child sleep 60 &
	local nested=$!
	for _ in $(seq 100); do [ -s "$mount/docker-$id.scope/cgroup.procs" ] && pgrep -P $nested > /dev/null && break || sleep 0.05; done
	local init
	init=$(pgrep -P $nested)
	in_containers() {
		look_in docker-$id.scope old-id
		look_in docker-$other.scope new-id
		nsenter --target "$init" --pid cat "$T/x-old-namespace" 2> /dev/null || true
		unshare --pid --fork cat "$T/x-new-namespace" 2> /dev/null || true
		look outside
	}
	trace container=new
	in_containers
	expect_looks new-id new-namespace
	trace 'container!=new'
	in_containers
	expect_looks old-id old-namespace
	kill $resident $nested
}

# A shell that runs before tracing, what it forks, and what is executed afterwards, by its whole name or by another.
binaries() {
	begin
	cp "$(command -v cat)" "$T/reader"
	cp "$(command -v bash)" "$T/shell"
	local wanted options
	# shellcheck disable=SC2016
	local open=': < "$1"' in_child='(: < "$1"); :' by_another='cat "$1"; :'
	for wanted in yes no; do
		rm -f "$T/go"
		mkfifo "$T/go"
		# shellcheck disable=SC2016
		"$T/shell" -c 'read -r _ < "$1"; : < "$2"' sh "$T/go" "$T/x-before" 2> /dev/null &
		waiting=$!
		options="binary=$T/*"
		[ $wanted = yes ] || options="binary!=$T/*"
		trace "$options"
		echo > "$T/go"
		wait "$waiting" || true
		{
			"$T/reader" "$T/x-executed" || true
			"$T/shell" -c "$open" sh "$T/x-shell" || true
			"$T/shell" -c "$in_child" sh "$T/x-forked" || true
			"$T/shell" -c "$by_another" sh "$T/x-another" || true
			(cd "$T" && ./reader "$T/x-relative") || true
		} 2> /dev/null
		look outside
		if [ $wanted = yes ]; then expect_looks before executed shell forked; else expect_looks another relative outside; fi
	done
	trace 'binary=*/reader'
	(cd "$T" && ./reader "$T/x-relative") 2> /dev/null || true
	look outside
	expect_looks relative
}

cgroup_paths() {
	made=()
	make_cgroup tracee-test
	make_cgroup tracee-test/before
	trace 'cgroup=/tracee-test/*'
	look_in tracee-test parent
	look_in tracee-test/before before
	make_cgroup tracee-test/after
	look_in tracee-test/after after
	look outside
	expect_looks before after
	trace 'cgroup!=/tracee-test/*,/tracee-test' comm=cat
	look_in tracee-test/before before
	look outside
	expect_looks outside
	expect_equal "Seccomp:	2" "$(start --trace event=openat --trace 'cgroup=/*' && grep '^Seccomp:' "/proc/$(< "$T/ready")/status"; stop)"
}

# A cgroup that is gone before its path is looked up is told.
unknown_cgroups() {
	made=()
	trace 'cgroup=/tracee-gone'
	kill -STOP "$pid"
	make_cgroup tracee-gone
	look_in tracee-gone gone
	for _ in $(seq 40); do rmdir "$mount/tracee-gone" 2> /dev/null && break || sleep 0.05; done
	kill -CONT "$pid"
	sleep 0.2
	stop
	expect_in "came from cgroups that were gone, or out of sight" "$(< "$T/err")"
	account_is_even
}

descendants() {
	cp "$(command -v bash)" "$T/starter"
	trace comm=starter follow
	# shellcheck disable=SC2016
	"$T/starter" -c 'sh -c "sh -c \"cat \$1\" sh \$1; true" sh "$1"; true' starter "$T/x-below" 2> /dev/null || true
	look aside
	expect_looks below
	expect_equal 0 "$(jq -s '[.[] | select(.eventName != "openat")] | length' "$T/out")"
}

descendants_of_who_opened() {
	start --trace openat.pathname="$T/x-key" --trace follow --output json
	# shellcheck disable=SC2016
	bash -c ': < "$1/x-before"; cat "$1/x-child-before"; : < "$1/x-key"; : < "$1/x-after"; sh -c "cat $1/x-child; true"' bash "$T" 2> /dev/null || true
	look aside
	expect_looks key after child
}

return_values() {
	trace 'openat.retval<0' 'openat.retval!=-13'
	look none
	: > "$T/x-there"
	cat "$T/x-there"
	expect_looks none
	trace openat.retval=-2
	look none
	cat "$T/x-there"
	expect_looks none
	trace 'openat.retval>-1'
	look none
	cat "$T/x-there"
	expect_looks there
}

texts() {
	start --trace "openat.pathname=$T/x-a*,*-b,*x-c\\,*" --output json
	look a ab b c 'c,d' d
	expect_looks a ab b c,d
	trace "openat.pathname!=$T/x-a*,*-b"
	look a ab b c 'c,d' d
	expect_looks c c,d d
	trace "openat.pathname!=$T/x-*" "openat.pathname=$T/x-ab"
	look a ab b
	expect_looks ab
}

named_values() {
	# shellcheck disable=SC2016
	writes() { sh -c ': > "$1/x-written"; : >> "$1/x-appended"; cat "$1/x-written"' sh "$T"; }
	trace 'openat.flags=*O_APPEND*'
	writes
	expect_looks appended
	trace 'openat.flags=O_WRONLY|O_CREAT|O_TRUNC'
	writes
	expect_looks written
	trace 'openat.flags=0' # O_RDONLY, raw
	writes
	expect_looks written
}

arguments_of_other_kinds() {
	start --trace execve.argv=--marker --trace "connect.addr=*'sin_port': '1'*" --trace 'mmap.length>1048575' --trace 'mmap.prot!=PROT_NONE' --output json
	bash -c 'true; exec true --marker' || true
	true --other
	bash -c 'echo > /dev/tcp/127.0.0.1/1' 2> /dev/null || true
	bash -c 'echo > /dev/tcp/127.0.0.1/2' 2> /dev/null || true
	stop
	expect_equal '[["true","--marker"]]' "$(jq -sc '[.[] | select(.eventName == "execve") | .args[1].value] | unique' "$T/out")"
	expect_equal "[\"{'sa_family': 'AF_INET','sin_port': '1','sin_addr': '127.0.0.1'}\"]" \
		"$(jq -sc '[.[] | select(.eventName == "connect") | .args[1].value] | unique' "$T/out")"
	expect_equal true "$(jq -s '[.[] | select(.eventName == "mmap")] | length > 0 and all(.[]; .args[1].value > 1048575 and .args[2].value != "PROT_NONE")' "$T/out")"
	account_is_even
}

findings_are_not_asked() {
	start --trace event=ptrace --trace uid=4321 --rules TRC-2 --output json
	strace -o /dev/null true
	stop
	[ "$(jq -c 'select(.SigMetadata)' "$T/out" | wc -l)" -ge 1 ] || fail "there is no finding: $(< "$T/out")"
	expect_equal 0 "$(jq -c 'select(.eventName)' "$T/out" | wc -l)"
}

the_impossible_is_told() {
	trace 'uid<0'
	look x
	stop
	expect_in "warning: --trace: no event can match what is asked of 'uid'" "$(< "$T/err")"
	expect_equal "" "$(< "$T/out")"
	account_is_even
}

the_table_tells_what_was_filtered() {
	start --trace event=openat --trace "openat.pathname=$T/*" --trace 'comm=*no-such'
	look x
	cat /dev/null
	stop
	grep -qE '^[0-9]+ of the delivered did not match --trace and were not written$' "$T/err" || fail "$(< "$T/err")"
	grep -qE '^[0-9]+ more were kept out by filters in the kernel$' "$T/err" || fail "$(< "$T/err")"
	grep -qE '^openat +[1-9][0-9]* +[0-9]+ +[0-9]+ +[0-9]+ +[1-9][0-9]* +[1-9][0-9]*$' "$T/err" || fail "$(< "$T/err")"
}

if_cgroup2() { # sentence function
	if grep -q ' cgroup2 ' /proc/mounts; then
		run "$@"
	else
		skip "$1" "cgroup v2 is not mounted"
	fi
}

run "users: uid" users
run "processes and threads: pid, tid" processes_and_threads
run "processes that start later: pid=new" new_processes
run "names of processes: comm" names
run "node names, whole: uts" node_names
run "namespaces: mntns, pidns" namespaces
run "containers by their pid namespace: container, !container" containers_by_namespace
if_cgroup2 "containers by their id: container=" containers_by_id
if_cgroup2 "containers that start later: container=new" new_containers
if_cgroup2 "paths of cgroups, before and after the start: cgroup=" cgroup_paths
if_cgroup2 "cgroups that are gone are told" unknown_cgroups
run "executables, of processes before and after the start: binary=" binaries
run "descendants: follow" descendants
run "descendants of who did something: follow with an argument" descendants_of_who_opened
run "return values: EVENT.retval" return_values
run "texts: EVENT.ARGUMENT" texts
run "numbers by name, and raw: EVENT.ARGUMENT" named_values
run "lists, addresses, sizes: EVENT.ARGUMENT" arguments_of_other_kinds
run "what the kernel can decide does not come into the ring" the_kernel_keeps_out
run "what it cannot decide comes, and is left out here" the_runtime_keeps_out
export TIER=base
run "tier base: users" users
run "tier base: texts" texts
unset TIER
run "findings are not filtered" findings_are_not_asked
run "what can never match is told" the_impossible_is_told
run "the account tells what was filtered" the_table_tells_what_was_filtered
finish
