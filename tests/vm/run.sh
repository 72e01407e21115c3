#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Boots each kernel of kernels.tsv whose name matches the pattern KERNELS (default: all) once, and in it:
# traces the scenario with an object made from that kernel's header packages, by every tier that the
# kernel takes, and compares each event with the truth; tries users and capabilities; offers objects
# that must be refused.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/vm/guest.sh
. tests/vm/guest.sh

version=${VERSION:-$(< VERSION)}
syscalls=openat,openat2,execve,connect,ptrace,dup,dup2,dup3,getppid,finit_module
others=sched_process_fork,sched_process_exec,sched_process_exit,module_load
kprobes=security_ptrace_traceme
boot_timeout_s=400
storm_calls=64000 # of 16 processes; at some 300 bytes each they fit into 2 times 16 MiB

# ---- making the guest --------------------------------------------------------------------------

# An object from the header tree of a kernel, into $BUILD/vm/KERNEL/objects/NAME.
build_object() { # kernel name options...
	local directory=$BUILD/vm/$1 name=$2
	shift 2
	mkdir -p "$directory/objects/$name"
	"$BUILD/tracee-builder" build --kernel "$(< "$directory/release")" --headers "$directory/build/" \
		--headers "$directory/source/" --output-dir "$directory/objects/$name" --tracee-version "$version" "$@"
}

object_path() { # kernel name
	find "$BUILD/vm/$1/objects/$2" -name 'tracee.bpf.*.o'
}

# The version of a release as a number that can be compared: 5.10.0-46-amd64 → 5010.
version_number() { # release
	local major=${1%%.*} rest=${1#*.}
	echo $((major * 1000 + 10#${rest%%[!0-9]*}))
}

plan() {
	printf '%s\n' "$*" >> "$guest/plan"
}

tracer=/bin/tracee-runtime
tab=$'\t'

# Before 5.11 BPF is charged to the limit of locked memory, which has to be raised.
needed_caps() { # kernel
	if [ "$(version_number "$(< "$BUILD/vm/$1/release")")" -lt 5011 ]; then
		echo bpf,perfmon,sys_resource
	else
		echo bpf,perfmon
	fi
}

# A runtime in the background that is ready.
plan_tracer() { # name object "options of the step" options of the runtime...
	local name=$1 object=$2 step=$3
	shift 3
	plan "run $name-tracer background $step -- $tracer --output json --install-path /objects/$object" \
		"--ready-file /run/$name.ready $*"
	plan "await /run/$name.ready 60"
}

# A runtime, the scenario, and the end of both.
plan_trace() { # name object events "options of the step" more options of the runtime...
	local name=$1 object=$2 events=$3 step=$4
	shift 4
	plan_tracer "$name" "$object" "$step" --trace "event=$events" "$@"
	plan "look $name-tracer"
	plan "run $name-scenario timeout=180 -- /bin/scenario --module /lib/modules/$module.ko --cgroup /sys/fs/cgroup"
	plan "stop $name-tracer"
}

plan_statuses() {
	plan "run check-root -- $tracer --check --install-path /objects/ring"
	plan "run check-user user=1000 -- $tracer --check --install-path /objects/ring"
	plan "run check-user-json user=1000 -- $tracer --check --format json --install-path /objects/ring"
	plan "run trace-user user=1000 -- $tracer --trace event=openat --install-path /objects/ring"
	plan "run no-object -- $tracer --trace event=openat --install-path /objects/nothing"
	plan "run other-kernel -- $tracer --trace event=openat --install-path /objects/other"
	plan "run other-kernel-named env=TRACEE_BPF_FILE=/objects/other.o -- $tracer --trace event=openat"
}

# Many processes, one event, and a buffer that is too small or that holds them all.
plan_storm() { # name object buffer-size
	plan_tracer "$1" "$2" discard --trace event=getppid --buffer-size "$3"
	plan "run $1-storm timeout=180 -- /bin/getppid $storm_calls 1 16"
	plan "stop $1-tracer"
}

plan_detection() {
	plan_tracer rules ring "" --rules TRC-2
	plan "look rules-tracer"
	plan "run rules-scenario timeout=120 -- /bin/scenario --cgroup /sys/fs/cgroup ptrace namespaces"
	plan "run rules-trigger -- /bin/trigger /bin/trigger"
	plan "stop rules-tracer"
}

# Another kernel's object, under this kernel's name: only its contents tell.
add_foreign_object() { # kernel other
	local own
	own=$(basename "$(object_path "$1" ring)")
	guest_add "objects/other/$own" "$(object_path "$2" ring)"
	guest_add objects/other.o "$(object_path "$2" ring)"
}

boot() { # kernel
	local file
	guest_begin "$1" headers
	guest_add bin/tracee-runtime "$BUILD/tracee-runtime"
	guest_add bin/scenario "$BUILD/tests/vm/scenario"
	guest_add bin/trigger "$BUILD/tests/vm/trigger"
	guest_add bin/getppid "$BUILD/tests/bench/getppid"
	guest_add "lib/modules/$module.ko" "$BUILD/vm/$1/module.ko"
	for name in ring base; do
		file=$(object_path "$1" "$name")
		guest_add "objects/$name/$(basename "$file")" "$file"
	done
	[ -z "$other" ] || add_foreign_object "$1" "$other"
	plan_statuses
	plan_trace ring ring "$syscalls,$others,$kprobes" ""
	plan_trace base base "$syscalls,$others,$kprobes" "" --rules TRC-2
	# Debian forbids kprobes to those without CAP_SYS_ADMIN (kernel.perf_event_paranoid=3).
	plan_trace caps ring "$syscalls,$others" "user=1000 caps=$(needed_caps "$1")" --rules TRC-2
	plan_detection
	for name in ring base; do
		plan_storm "$name-small" "$name" 8K
		plan_storm "$name-large" "$name" 16M
	done
	guest_run "$boot_timeout_s"
	touch "$guest/ended"
}

# ---- judging -----------------------------------------------------------------------------------

step_ended() { # step status what-its-output-says
	local found
	found=$(guest_status "$1")
	[ "$found" = "$2" ] || fail "exit status $found, expected $2; $(tail -n 20 "$guest/out/$1.err" "$guest/out/$1.out")"
	[ -z "${3:-}" ] || expect_in "$3" "$(cat "$guest/out/$1.err" "$guest/out/$1.out")"
}

booted() { boot "$kernel"; }
# What inspect says of the objects is what the guest is about.
made_as_asked() {
	local name
	for name in ring base; do
		"$BUILD/tracee-builder" inspect --format json "$(object_path "$kernel" $name)" | jq -c '.. | objects | select(has("tier"))' > "$T/meta"
		expect_equal "$name" "$(jq -r .tier "$T/meta")"
		expect_in 'headers sha256:' "$(jq -r .source "$T/meta")"
	done
}
check_as_root() { step_ended check-root 0; }
check_as_user() { step_ended check-user 0; }
check_json() {
	step_ended check-user-json 0
	jq -e . "$guest/out/check-user-json.out" > /dev/null
}
trace_as_user() { step_ended trace-user 5 CAP_; }
without_object() { step_ended no-object 3 "tracee.bpf."; }
foreign_object() { step_ended other-kernel 4 "$(< "$BUILD/vm/$other/release")"; }
foreign_object_named() { step_ended other-kernel-named 4 "$(< "$BUILD/vm/$other/release")"; }

tracer_ended_well() {
	step_ended "$case-scenario" 0
	step_ended "$case-tracer" 0
}

# What /proc says of the runtime once it was ready.
gave_everything_up() {
	local field
	# Only who has CAP_SETPCAP can empty the bounding set; no_new_privs makes it worthless.
	local fields="CapInh CapPrm CapEff CapAmb"
	[ "$case" = caps ] || fields+=" CapBnd"
	for field in $fields; do
		grep -Eq "^$field:[[:space:]]0+$" "$guest/out/$case-tracer.proc" || fail "$(cat "$guest/out/$case-tracer.proc")"
	done
	expect_in "NoNewPrivs:${tab}1" "$(< "$guest/out/$case-tracer.proc")"
	expect_in "Seccomp:${tab}2" "$(< "$guest/out/$case-tracer.proc")"
}

nothing_of_itself() {
	local pid
	pid=$(< "$guest/out/$case-tracer.pid")
	[ -s "$guest/out/$case-tracer.out" ] || fail "no events at all"
	expect_equal 0 "$(jq -c "select(.hostProcessId == $pid)" "$guest/out/$case-tracer.out" | wc -l)"
}

keys_in_order() {
	local keys=timestamp,processId,threadId,parentProcessId,hostProcessId,hostThreadId,hostParentProcessId,userId
	keys+=,mountNamespace,pidNamespace,processName,hostName,eventId,eventName,argsNum,returnValue,stackAddresses,args
	keys+=,containerId
	expect_equal "$keys" "$(jq -r 'select(.eventName) | keys_unsorted | join(",")' "$guest/out/$case-tracer.out" | sort -u)"
}

# Of the threads of a process that end, one is the last, also when several end at the same time.
gone_once() {
	local bad
	bad=$(jq -cn --slurpfile truth "$guest/out/$case-scenario.out" --slurpfile events "$guest/out/$case-tracer.out" '
		[$truth[] | select(.process).process.processId] as $ours
		| [$events[] | select(.eventName == "sched_process_exit" and .processId == .hostProcessId)
			| select([.processId] | inside($ours))]
		| group_by(.processId)[]
		| {process: .[0].processId, gone: (map(select(.args[2].value == 1)) | length)} | select(.gone != 1)')
	[ -z "$bad" ] || fail "times that a process was said to be gone: $bad"
}

# Steps wait for files; one that did not come shows up here.
never_waited_in_vain() { [ ! -e "$guest/out/await.err" ] || fail "not there in time: $(cat "$guest/out/await.err")"; }

lost_nothing() {
	expect_equal 0 "$(grep '^{"statistics"' "$guest/out/$case-tracer.err" | jq '.statistics | .generated - .delivered')"
}

by_kprobe() { expect_in 'kprobe security_ptrace_traceme' "$(< "$guest/out/rules-tracer.err")"; }
by_system_call() { expect_in 'system call' "$(grep TRC-2 "$guest/out/caps-tracer.err")"; }

# Nobody else in the guest calls getppid().
accounts() {
	local counts
	step_ended "$case-tracer" 0
	step_ended "$case-storm" 0
	counts=$(grep '^{"statistics"' "$guest/out/$case-tracer.err" |
		jq -c '.statistics | [.generated, .delivered + .dropped, .unreadable]')
	expect_equal "[$storm_calls,$storm_calls,0]" "$counts"
}

dropped() { grep '^{"statistics"' "$guest/out/$case-tracer.err" | jq .statistics.dropped; }
accounts_with_loss() {
	accounts
	[ "$(dropped)" -gt 0 ] || fail 'nothing was lost: the buffer was not too small'
}
accounts_without_loss() {
	accounts
	expect_equal 0 "$(dropped)"
}

found_trigger() {
	local ours='select(.SigMetadata.ID == "TRC-2" and .Context.processName == "trigger")'
	expect_equal 1 "$(jq -c "$ours" "$guest/out/rules-tracer.out" | wc -l)"
}

# One test for each kind of event; compare prints TAP of its own.
compare_with_truth() { # kinds
	local line
	while IFS= read -r line; do
		case $line in
		'ok - '*) tap_n=$((tap_n + 1)) line="ok $tap_n${line#ok}" ;;
		'not ok - '*) tap_n=$((tap_n + 1)) tap_bad=$((tap_bad + 1)) line="not ok $tap_n${line#not ok}" ;;
		*) line="# $line" ;;
		esac
		echo "$line"
	done < <("$BUILD/tests/vm/compare" --prefix "$kernel, $case: " --only "$1" "$guest/out/$case-scenario.out" \
		"$guest/out/$case-tracer.out" 2>&1 || echo "compare ended with status $?")
}

judge_trace() { # kinds what
	run "$kernel, $case: the runtime $2 is ready, traces, and ends with status 0 on SIGTERM" tracer_ended_well
	run "$kernel, $case: what was generated was delivered" lost_nothing
	run "$kernel, $case: the runtime keeps no capability, and is confined by seccomp" gave_everything_up
	run "$kernel, $case: the runtime does not trace itself" nothing_of_itself
	compare_with_truth "$1"
}

judge_statuses() {
	run "$kernel: --check as root" check_as_root
	run "$kernel: --check as another user" check_as_user
	run "$kernel: --check writes JSON" check_json
	run "$kernel: tracing as another user ends with status 5 and names capabilities" trace_as_user
	run "$kernel: no object ends with status 3 and names it" without_object
	if [ -n "$other" ]; then
		run "$kernel: the object of $other under our name is refused with status 4" foreign_object
		run "$kernel: the object of $other in TRACEE_BPF_FILE is refused with status 4" foreign_object_named
	else
		skip "$kernel: the object of another kernel is refused" "no other kernel is here"
	fi
}

judge_guest() {
	run "$kernel: no step waited in vain" never_waited_in_vain
	judge_statuses
	case=ring
	judge_trace "$syscalls,$others,$kprobes" "with an object of tier ring"
	run "$kernel, $case: the keys of each event are in their order" keys_in_order
	run "$kernel, $case: each process is gone once" gone_once
	case=base
	judge_trace "$syscalls,$others,$kprobes,TRC-2" "with an object of tier base and TRC-2"
	case=caps
	judge_trace "$syscalls,$others,TRC-2" "without root, with $(needed_caps "$kernel") alone"
	run "$kernel, $case: TRC-2 listens to the system call where kprobes are forbidden" by_system_call
	for name in ring base; do
		case=$name-small
		run "$kernel, $case: with a buffer too small, delivered and lost are $storm_calls exactly" accounts_with_loss
		case=$name-large
		run "$kernel, $case: with a buffer large enough, delivered are $storm_calls exactly" accounts_without_loss
	done
	case=rules
	judge_trace TRC-2 "with TRC-2 alone"
	run "$kernel, $case: TRC-2 listens at the kernel's own check, by kprobe" by_kprobe
	run "$kernel, $case: a program that is started as strace starts one is found" found_trigger
}

# ---- kernels ------------------------------------------------------------------------------------

# Guests live below $BUILD/vm: one run at a time.
mkdir -p "$BUILD/vm"
exec 8> "$BUILD/vm/guests.lock"
flock 8

if readelf -l "$BUILD/tracee-runtime" | grep -q INTERP; then
	skip 'virtual machines' 'the runtime is not static (a variant with sanitizers)'
	finish
fi

prepared=()

prepare() { # name
	local status=0 reason
	mkdir -p "$BUILD/vm"
	reason=$(tests/vm/fetch.sh "$1" 2>&1) || status=$?
	if [ $status -eq 75 ]; then
		skip "kernel $1: the virtual machine" "$(tail -n 1 <<< "$reason")"
		return
	fi
	prepared+=("$1")
	[ $status -eq 0 ] || fetch_failure=$reason
	run "$1: packages are unpacked" fetched
	kernel=$1
	rm -rf "$BUILD/vm/$1/objects"
	run "$1: an object is made from the header packages" build_ring
	run "$1: an object of tier base is made from the header packages" build_base
	run "$1: the objects are of the tier asked for, with the layout of the headers" made_as_asked
}

fetch_failure=
fetched() { [ -z "$fetch_failure" ] || fail "$fetch_failure"; }
build_ring() { build_object "$kernel" ring; }
build_base() { build_object "$kernel" base --tier base; }

other_than() { # kernel
	local name
	for name in "${prepared[@]}"; do
		[ "$name" = "$1" ] || echo "$name"
	done | head -n 1
}

while IFS=$'\t' read -r name arch _ _ _ module; do
	# shellcheck disable=SC2053
	[[ $name == ${KERNELS:-*} ]] || continue
	if [ "$arch" = amd64 ] && ! command -v qemu-system-x86_64 > /dev/null; then
		skip "kernel $name: the virtual machine" "qemu-system-x86_64 is not installed"
		continue
	fi
	prepare "$name"
done < <(grep -v '^#' tests/vm/kernels.tsv)

for kernel in "${prepared[@]}"; do
	module=$(awk -F'\t' -v name="$kernel" '$1 == name { print $6 }' tests/vm/kernels.tsv)
	other=$(other_than "$kernel")
	guest=$BUILD/vm/$kernel/guest-headers
	run "$kernel: boots and does all steps" booted
	if [ -e "$guest/ended" ]; then
		judge_guest
	fi
done
finish
