#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtime on this machine: what real processes do, against what it says of them. Needs root and a
# kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
require_bpf 38

opens_are_seen() {
	start --trace event=openat,openat2 --output json
	# shellcheck disable=SC2016
	sh -c 'echo $$ > "$1/pid"; : > "$1/made"; cat "$1/none"' sh "$T" 2> /dev/null || true
	stop
	local opened
	opened=$(jq -sc --arg path "$T/made" '[.[] | select(any(.args[]; .value == $path))]' "$T/out")
	expect_equal 1 "$(jq length <<< "$opened")"
	expect_equal "$(< "$T/pid")" "$(jq '.[0].hostProcessId' <<< "$opened")"
	expect_equal '"O_WRONLY|O_CREAT|O_TRUNC"' "$(argument flags <<< "$opened")"
	expect_equal '"S_IRUSR|S_IWUSR|S_IRGRP|S_IWGRP|S_IROTH|S_IWOTH"' "$(argument mode <<< "$opened")"
	expect_equal -100 "$(argument dirfd <<< "$opened")"
	jq -se --arg path "$T/none" 'any(.[]; .processName == "cat" and any(.args[]; .value == $path) and .returnValue == -2)' "$T/out" > /dev/null
}

processes_are_seen() {
	local child events
	start --trace event=execve,sched_process_fork,sched_process_exec,sched_process_exit --output json --output option:exec-env
	(exec env -i A=1 /bin/sh -c 'exec 2>&-; /nonexistent/program x; exit 7') &
	child=$!
	wait $child || true
	stop
	events=$(events_of $child execve)
	expect_equal '[0,0]' "$(jq -c '[.[].returnValue | select(. == 0)][:2]' <<< "$events")"
	expect_equal '["/bin/sh","-c","exec 2>&-; /nonexistent/program x; exit 7"]' \
		"$(jq -c '.[] | select(.args[0].value == "/bin/sh") | .args[1].value' <<< "$events")"
	expect_equal '["A=1"]' "$(jq -c '.[] | select(.args[0].value == "/bin/sh") | .args[2].value' <<< "$events")"
	jq -se 'any(.[]; .eventName == "execve" and .returnValue == -2 and .args[0].value == "/nonexistent/program" and
		.args[1].value == ["/nonexistent/program", "x"])' "$T/out" > /dev/null
	expect_equal 7 "$(events_of $child sched_process_exit | argument exit_code)"
	jq -se --argjson child $child 'any(.[]; .eventName == "sched_process_fork" and .args[2].value == $child)' "$T/out" > /dev/null
	expect_equal "$(stat -Lc %i /bin/sh)" "$(jq -s --argjson child $child \
		'[.[] | select(.eventName == "sched_process_exec" and .hostProcessId == $child)] | sort_by(.timestamp)[-1].args[4].value' "$T/out")" # those of other CPUs come in no order
}

connections_are_seen() {
	start --trace event=connect --output json
	bash -c 'echo > /dev/tcp/127.0.0.1/1' 2> /dev/null || true
	logger -u "$T/no.socket" x 2> /dev/null || true
	stop
	jq -se "any(.[]; .args[1].value == \"{'sa_family': 'AF_INET','sin_port': '1','sin_addr': '127.0.0.1'}\" and .returnValue == -111)" \
		"$T/out" > /dev/null
	jq -se --arg address "{'sa_family': 'AF_UNIX','sun_path': '$T/no.socket'}" 'any(.[]; .args[1].value == $address)' "$T/out" > /dev/null
}

every_line_is_an_event() {
	start --trace set=default --output json
	ls -lR /etc > /dev/null 2>&1 || true
	strace -f -o /dev/null ls > /dev/null
	stop
	expect_equal '["timestamp","processId","threadId","parentProcessId","hostProcessId","hostThreadId","hostParentProcessId","userId","mountNamespace","pidNamespace","processName","hostName","eventId","eventName","argsNum","returnValue","stackAddresses","args","containerId"]' \
		"$(jq -c keys_unsorted "$T/out" | sort -u)"
	expect_equal "true" "$(jq -s "length > 1000 and all(.[]; (.args | length) == .argsNum) and all(.[]; .hostProcessId != $pid)" "$T/out")"
	expect_equal "$(wc -l < "$T/out")" "$(tail -n 1 "$T/err" | jq '.statistics | .delivered - .own')"
	expect_equal 0 "$(grep -c '"tracee-ready"' "$T/out")"
}

# A debugger starts a program; sets $debugger.
debug() {
	strace -o /dev/null true &
	debugger=$!
	wait $debugger
}

# The findings of what the last debugger started: others may debug on this machine too.
findings() {
	jq -c "select(.SigMetadata and .Context.hostParentProcessId == $debugger)" "$T/out"
}

debugging_is_found() {
	start --output json
	debug
	stop
	expect_equal 1 "$(findings | wc -l)"
	expect_equal '["Data","Context","SigMetadata","time","host","container","process","severity","count"]' "$(findings | jq -c keys_unsorted)"
	expect_equal '"TRC-2"' "$(findings | jq .SigMetadata.ID)"
	expect_equal '"strace"' "$(findings | jq .Context.processName)"
	expect_equal "$(wc -l < "$T/out")" "$(tail -n 1 "$T/err" | jq .statistics.findings)"
}

# Lines: pid, name, user; of @pid and what it descends from.
descent_of() { # pid
	local pid=$1
	while [ "$pid" -ne 0 ]; do
		printf '%s %s %s\n' "$pid" "$(< "/proc/$pid/comm")" "$(awk '$1 == "Uid:" { print $2 }' "/proc/$pid/status")"
		pid=$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")
	done
}

ancestors_are_told() {
	local n us=$BASHPID
	start --output json
	# The debugger is the child of a subshell, that one of us.
	(
		strace -o /dev/null true &
		echo $! > "$T/debugger"
		wait
	) &
	local between=$!
	wait $between
	stop
	debugger=$(< "$T/debugger")
	expect_equal "$debugger strace
$between" "$(findings | jq -r '.process.ancestors | "\(.[0].hostProcessId) \(.[0].name)", .[1].hostProcessId')"
	[ "${TIER:-}" = base ] && n=4 || n=8
	expect_equal "$(descent_of $us | head -n $((n - 2)))" \
		"$(findings | jq -r '.process.ancestors[2:][] | "\(.hostProcessId) \(.name) \(.userId)"')"
	expect_equal true "$(findings | jq '[.process.startTime, .process.ancestors[].startTime] | . == (sort | reverse)')"
}

# The first request succeeds, and all that follow fail.
repetitions_are_folded() {
	local repeater
	start --output json
	python3 -c 'import ctypes
for _ in range(100): ctypes.CDLL(None).ptrace(0, 0, 0, 0)' &
	repeater=$!
	wait $repeater
	stop
	expect_equal '["done",0,1]
["failed",-1,1]' "$(jq -c "select(.process.hostProcessId == $repeater) | [.Data.state, .Data.result, .count]" "$T/out")"
	# Others may make findings, too; where none did, it is exactly these.
	if [ "$(jq "select(.process.hostProcessId != $repeater) | 1" "$T/out" | wc -l)" -eq 0 ]; then
		expect_equal '[100,0,2,98]' "$(tail -n 1 "$T/err" | jq -c '.statistics | [.delivered, .dropped, .findings, .folded]')"
	fi
	expect_equal true "$(tail -n 1 "$T/err" | jq '.statistics | .dropped == 0 and .findings >= 2 and .folded >= 98 and .findings + .folded >= .delivered and .delivered >= 100')"
}

# What is no module is refused: by the call where there are no kprobes, and before it is read elsewhere.
loading_a_module_is_found() {
	local loader
	head -c 4096 /dev/zero > "$T/no.ko"
	start --output json
	python3 -c 'import ctypes, os, sys
number = {"x86_64": 313, "aarch64": 273}[os.uname().machine]
ctypes.CDLL(None).syscall(number, os.open(sys.argv[1], os.O_RDONLY), b"", 0)' "$T/no.ko" &
	loader=$!
	wait $loader
	stop
	jq -c "select(.process.hostProcessId == $loader)" "$T/out" > "$T/found"
	expect_equal '["TRC-6",1]' "$(jq -sc '[.[0].SigMetadata.ID, length]' "$T/found")"
	if grep -q 'TRC-6.*by system calls' "$T/err"; then
		expect_equal '["kernel-module","failed","finit_module"]' "$(jq -c '.Data | [.code, .state, .call]' "$T/found")"
		expect_equal true "$(jq '.Data.result < 0' "$T/found")"
	else
		expect_equal "[\"kernel-module\",\"attempted\",\"$T/no.ko\"]" "$(jq -c '.Data | [.code, .state, .path]' "$T/found")"
	fi
}

the_check_agrees() {
	start
	stop
	expect_equal "$(sed -nE 's/.*rule (TRC-[0-9]+) \((.*)\) by (.*)/\1 \2: \3/p' "$T/err")" \
		"$("$runtime" --check --install-path "$T/objects" | sed -n 's/.*\(TRC-[0-9]* .*: .*\)/\1/p')"
}

debugging_is_found_among_events() {
	start --trace event=ptrace --rules TRC-2 --output json
	debug
	stop
	expect_equal 1 "$(findings | wc -l)"
	expect_equal 1 "$(jq -c "select(.hostParentProcessId == $debugger and .args[0].value == \"PTRACE_TRACEME\")" "$T/out" | wc -l)"
	jq -se "any(.[]; .hostProcessId == $debugger and .args[0].value == \"PTRACE_SYSCALL\")" "$T/out" > /dev/null
}

# The buffer for events is full all the time; the one for findings is not.
debugging_is_found_in_a_flood() {
	start --trace event=getppid --rules TRC-2 --buffer-size 4K --output json
	"$BUILD/tests/host/storm" getppid 16 62500 &
	local flood=$!
	local debuggers=()
	for _ in 1 2 3 4 5; do
		debug
		debuggers+=("$debugger")
	done
	wait $flood
	stop
	grep '"ID":"TRC-2"' "$T/out" > "$T/findings"
	mv "$T/findings" "$T/out"
	for debugger in "${debuggers[@]}"; do
		expect_equal 1 "$(findings | wc -l)"
	done
	[ "$(tail -n 1 "$T/err" | jq .statistics.dropped)" -gt 100000 ] || fail "it was no flood: $(tail -n 1 "$T/err")"
}

nowhere_to_write() {
	local status=0
	make_object
	"$runtime" --trace set=fs --install-path "$T/objects" >&- 2> "$T/err" || status=$?
	expect_equal 1 $status
	expect_in "stdout: " "$(< "$T/err")"
}

findings_as_a_block() {
	start
	debug
	stop
	# Others may make findings, too.
	expect_equal "" "$(head -n 1 "$T/out")"
	awk -v RS= -v ORS='\n\n' -v ours="tracer:$debugger " 'index($0, ours)' "$T/out" > "$T/block"
	expect_equal "*** Detection ***
Signature ID: TRC-2
Signature: Anti-Debugging
Data: map[request:PTRACE_TRACEME state:done result:0 tracer:$debugger known:between fork and exec, as debuggers start programs]
Command: strace
Executable: $(readlink -f "$(command -v strace)")
Hostname: $(uname -n)" "$(grep -Ev '^(Time|Ancestors): ' "$T/block")"
	expect_in "Ancestors: strace($debugger) < $(< /proc/$BASHPID/comm)($BASHPID) < " "$(< "$T/block")"
	local found now
	found=$(date -d "$(sed -n 's/^Time: //p' "$T/block")" +%s)
	now=$(date +%s)
	[ $((now - found)) -ge 0 ] && [ $((now - found)) -lt 30 ] || fail "time of the finding: $(< "$T/block")"
}

containers_are_named() {
	local mount id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	cgroup=$mount/docker-$id.scope
	tidy() { rmdir "$cgroup/inner" "$cgroup" 2> /dev/null || true; }
	mkdir "$cgroup"
	mkdir "$cgroup/inner"
	start --trace event=openat --output json
	# shellcheck disable=SC2016
	sh -c 'echo $$ > "$1/cgroup.procs"; cat "$2/inside" 2> /dev/null; echo $$ > "$1/inner/cgroup.procs"; cat "$2/deeper" 2> /dev/null' \
		sh "$cgroup" "$T" || true
	cat "$T/outside" 2> /dev/null || true
	stop
	remove_cgroups "$cgroup/inner" "$cgroup"
	local where
	for where in inside deeper outside; do
		expect_equal "$([ $where = outside ] || echo $id)" \
			"$(jq -r --arg path "$T/$where" 'select(any(.args[]; .value == $path)) | .containerId' "$T/out")"
	done
}

# The kernel gives a new cgroup the memory of one that is gone, and with it its address. The pids controller of v1
# is the one whose cgroups have no number that programs can ask for.
no_container_is_taken_for_a_cgroup_that_is_gone() {
	local id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef cgroup
	mount=$1 container=docker-$id.scope
	tidy() { remove_cgroups "$mount/tracee-plain" "$mount/$container"; }
	start --trace event=openat --output json
	for _ in $(seq 30); do
		for cgroup in tracee-plain $container; do
			mkdir "$mount/$cgroup"
			# shellcheck disable=SC2016
			sh -c 'echo $$ > "$1/cgroup.procs"; exec cat "$2"' sh "$mount/$cgroup" "$T/in-$cgroup" 2> /dev/null || true
			remove_cgroups "$mount/$cgroup"
		done
	done
	stop
	for cgroup in tracee-plain $container; do
		jq -r --arg path "$T/in-$cgroup" 'select(any(.args[]; .value == $path)).containerId' "$T/out" | sort | uniq -c | xargs
	done > "$T/named"
	expect_equal "30
30 $id" "$(< "$T/named")"
}
in_v1() { no_container_is_taken_for_a_cgroup_that_is_gone "$(pids_mount)"; }
in_v2() { no_container_is_taken_for_a_cgroup_that_is_gone "$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)"; }
pids_mount() { awk '$3 == "cgroup" && $4 ~ /(^|,)pids(,|$)/ { print $2; exit }' /proc/mounts; }

# As in a container without --pid=host: there the runtime is process 1.
the_host_is_seen_from_a_pid_namespace() {
	local status=0 outer
	make_object
	unshare --pid --fork --mount-proc "$runtime" --install-path "$T/objects" --ready-file "$T/ready" --trace event=openat \
		--output json > "$T/out" 2> "$T/err" &
	outer=$!
	for _ in $(seq 200); do [ ! -s "$T/ready" ] || break; sleep 0.05; done
	pid=$(pgrep -P "$outer")
	cat "$T/outside" 2> /dev/null || true
	sleep 0.1
	kill -TERM "$pid"
	wait "$outer" || status=$?
	pid=
	expect_equal 0 "$status"
	expect_equal 1 "$(jq -r --arg path "$T/outside" 'select(any(.args[]; .value == $path)) | .processName' "$T/out" | grep -c cat)"
	expect_in "container=new and binary= need" "$(unshare --pid --fork --mount-proc "$runtime" --install-path "$T/objects" --check)"
}

nothing_is_left_of_our_privileges() {
	start --trace event=openat
	local status
	status=$(< "/proc/$(< "$T/ready")/status")
	stop
	expect_equal 5 "$(grep -cE '^Cap(Inh|Prm|Eff|Bnd|Amb):	0000000000000000$' <<< "$status")"
	expect_equal "Seccomp:	2" "$(grep '^Seccomp:' <<< "$status")"
	expect_equal "NoNewPrivs:	1" "$(grep '^NoNewPrivs' <<< "$status")"
	expect_equal "Uid:	65534	65534	65534	65534" "$(grep '^Uid:' <<< "$status")"
	expect_equal "Gid:	65534	65534	65534	65534" "$(grep '^Gid:' <<< "$status")"
	expect_equal "Groups:" "$(grep '^Groups:' <<< "$status" | tr -d ' \t')"
}

two_capabilities_are_enough() {
	make_object
	mkdir "$T/run"
	cp "$runtime" "$T/tracee-runtime"
	chmod 755 "$T" "$T/objects"
	chown 1000 "$T/run"
	setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all,+bpf,+perfmon --ambient-caps=-all,+bpf,+perfmon \
		--bounding-set=-all,+bpf,+perfmon \
		"$T/tracee-runtime" --install-path "$T/objects" --ready-file "$T/run/ready" --output json > "$T/out" 2> "$T/err" &
	pid=$!
	for _ in $(seq 200); do [ ! -s "$T/run/ready" ] || break; sleep 0.05; done
	expect_equal "$pid" "$(cat "$T/run/ready")"
	expect_equal 4 "$(grep -cE '^Cap(Inh|Prm|Eff|Amb):	0000000000000000$' "/proc/$pid/status")"
	expect_equal "Seccomp:	2" "$(grep '^Seccomp:' "/proc/$pid/status")"
	debug
	stop
	expect_equal 1 "$(findings | wc -l)"
}

# From its first instruction to its last: no program, no socket but AF_UNIX, nothing opened for writing
# but the readiness file, and after the filter is set nothing opened at all.
harmless_under_strace() {
	make_object
	strace -f -o "$T/calls" -e trace=execve,execveat,socket,open,openat,creat,seccomp,prctl,connect,bind,listen \
		"$runtime" --trace event=openat --install-path "$T/objects" --ready-file "$T/ready" > "$T/out" 2> "$T/err" &
	local tracer=$! status=0
	for _ in $(seq 200); do [ ! -s "$T/ready" ] || break; sleep 0.05; done
	sleep 0.3
	kill -TERM "$(< "$T/ready")"
	wait $tracer || status=$?
	expect_equal 0 $status
	expect_equal 1 "$(grep -cE 'execve(at)?\(' "$T/calls")"
	expect_equal 0 "$(grep -cE ' (socket|connect|bind|listen)\(' "$T/calls")"
	local owner
	owner=$(head -n 1 "$T/calls" | cut -d' ' -f1)
	expect_equal 0 "$(grep "^$owner " "$T/calls" | grep -cE 'O_WRONLY|O_RDWR')"
	expect_equal 1 "$(grep -cE 'seccomp\(SECCOMP_SET_MODE_FILTER.*= 0|PR_SET_SECCOMP.*= 0' "$T/calls")"
	expect_equal 0 "$(grep "^$owner " "$T/calls" | sed '1,/SECCOMP_SET_MODE_FILTER/d' | grep -cE ' open(at)?\(')"
}

readiness_is_true_while_it_is_there() {
	echo stale > "$T/ready"
	start
	expect_equal "$pid" "$(< "$T/ready")"
	expect_equal 640 "$(stat -c %a "$T/ready")"
	stop
	[ ! -e "$T/ready" ] || fail "the readiness file is still there"
	start
	kill -KILL "$pid"
	wait "$pid" 2> /dev/null || true
	for _ in $(seq 40); do [ -e "$T/ready" ] || break; sleep 0.05; done
	[ ! -e "$T/ready" ] || fail "the readiness file is still there after SIGKILL"
	"$runtime" --install-path "$T/objects" --ready-file "$T/none/ready" > "$T/out" 2> "$T/err" &
	pid=$!
	sleep 1
	stop
	expect_in "warning: the readiness file cannot be written: No such file or directory" "$(< "$T/err")"
}

signals_end_it_with_an_account() {
	local signal
	for signal in TERM INT HUP; do
		start --trace event=openat
		cat /dev/null
		stop $signal
		expect_in " delivered, 0 lost; 0 findings" "$(< "$T/err")"
		expect_equal 1 "$(grep -c '^EVENT  *KEPT OUT  *GENERATED  *SUBMITTED  *DROPPED  *DELIVERED  *FILTERED$' "$T/err")"
		[ ! -e "$T/ready" ] || fail "readiness file is there after $signal"
	done
}

a_reader_that_leaves_ends_it() {
	local status=0
	make_object
	mkfifo "$T/pipe"
	"$runtime" --trace event=openat --install-path "$T/objects" --ready-file "$T/ready" > "$T/pipe" 2> "$T/err" &
	pid=$!
	head -n 1 "$T/pipe" > /dev/null
	for _ in $(seq 50); do
		kill -0 "$pid" 2> /dev/null || break
		cat /dev/null
		sleep 0.05
	done
	wait "$pid" || status=$?
	expect_equal 1 $status
	expect_in "stdout: its reader closed it" "$(< "$T/err")"
}

a_reader_that_sleeps_does_not_keep_it_from_stopping() {
	local status=0 started=$SECONDS sleeper
	make_object
	mkfifo "$T/pipe"
	# shellcheck disable=SC2217 # it holds the pipe open
	sleep 60 < "$T/pipe" &
	sleeper=$!
	"$runtime" --trace set=fs --install-path "$T/objects" --ready-file "$T/ready" > "$T/pipe" 2> "$T/err" &
	pid=$!
	await_ready
	ls -lR /etc > /dev/null 2>&1 || true
	sleep 0.3
	kill -TERM "$pid"
	wait "$pid" || status=$?
	kill $sleeper
	expect_equal 1 $status
	[ $((SECONDS - started)) -lt 20 ] || fail "it took $((SECONDS - started)) s"
	expect_in "stdout: its reader takes nothing" "$(< "$T/err")"
}

systemd_is_told() {
	command -v python3 > /dev/null || fail "python3 is needed to play systemd"
	python3 - "$T/notify" > "$T/told" <<- 'PYTHON' &
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1])
		for _ in range(2):
		    print(s.recv(100).decode().strip(), flush=True)
	PYTHON
	local listener=$!
	for _ in $(seq 100); do [ ! -S "$T/notify" ] || break; sleep 0.05; done
	export NOTIFY_SOCKET=$T/notify
	start
	stop
	wait $listener
	expect_equal "READY=1
STOPPING=1" "$(< "$T/told")"
}

the_core_object_does_too() {
	"$builder" -q build --core --output-dir "$T/core" > /dev/null
	cp "$runtime" "$T/core/tracee-runtime"
	runtime=$T/core/tracee-runtime
	mkdir "$T/objects"
	start --trace event=openat --output json
	expect_in "tracee.bpf.core." "$(< "$T/err")"
	cat "$T/none" 2> /dev/null || true
	stop
	jq -se --arg path "$T/none" 'any(.[]; any(.args[]; .value == $path))' "$T/out" > /dev/null
}

unattachable_events_leave_the_rest() {
	start --trace event=security_ptrace_traceme,openat --output json
	stop
	if [ ! -e /sys/bus/event_source/devices/kprobe ]; then
		expect_in "warning: event 'security_ptrace_traceme' is not available on this kernel" "$(< "$T/err")"
		capture "$runtime" --install-path "$T/objects" --trace event=security_ptrace_traceme
		expect_status 6
	fi
}

# The program tells where it called from.
stacks_are_told() {
	local expected
	start --trace event=getppid --trace comm=stack --output json --output option:stack-addresses
	expected=$("$BUILD/tests/host/stack")
	stop
	expect_equal "$expected" "$(jq -c '.stackAddresses[:4]' "$T/out")"
	expect_equal true "$(jq '.stackAddresses | length <= 20' "$T/out")"
}

tests() { # what
	run "$1: opened files are what they are" opens_are_seen
	run "$1: processes are what they are" processes_are_seen
	run "$1: connections are what they are" connections_are_seen
	run "$1: every line is a whole event and none is ours" every_line_is_an_event
	run "$1: debugging is found" debugging_is_found
	run "$1: a finding tells what its process descends from" ancestors_are_told
	run "$1: stacks are what they are" stacks_are_told
	run "$1: what a process does again is counted" repetitions_are_folded
	run "$1: loading a module is found" loading_a_module_is_found
	run "$1: debugging is found among the events it is one of" debugging_is_found_among_events
}

tests "tier ring"
export TIER=base
tests "tier base"
unset TIER
run "--check says of each rule what tracing does" the_check_agrees
run "a finding is the block that users know" findings_as_a_block
run "a detection in a flood of events is not lost" debugging_is_found_in_a_flood
run "a closed stdout is an error" nowhere_to_write
if grep -q ' cgroup2 ' /proc/mounts; then
	run "containers are named by their cgroup" containers_are_named
	run "a container is not taken for a cgroup that is gone, in v2" in_v2
else
	skip "containers are named by their cgroup" "cgroup v2 is not mounted"
	skip "a container is not taken for a cgroup that is gone, in v2" "cgroup v2 is not mounted"
fi
if [ -n "$(pids_mount)" ]; then
	run "a container is not taken for a cgroup that is gone, in v1" in_v1
else
	skip "a container is not taken for a cgroup that is gone, in v1" "the pids controller is not in a v1 hierarchy"
fi
run "the host is seen from a pid namespace" the_host_is_seen_from_a_pid_namespace
run "nothing is left of our privileges" nothing_is_left_of_our_privileges
run "CAP_BPF and CAP_PERFMON are enough" two_capabilities_are_enough
run "it executes nothing and opens no socket" harmless_under_strace
run "the readiness file is there while it is true" readiness_is_true_while_it_is_there
run "signals end it with an account" signals_end_it_with_an_account
run "a reader that leaves ends it with status 1" a_reader_that_leaves_ends_it
run "a reader that sleeps does not keep it from stopping" a_reader_that_sleeps_does_not_keep_it_from_stopping
run "systemd is told" systemd_is_told
run "a core object beside the runtime does too" the_core_object_does_too
run "what cannot be attached is told, and the rest goes on" unattachable_events_leave_the_rest
finish
