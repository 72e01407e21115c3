# shellcheck shell=bash
# shellcheck disable=SC2317 # functions are called by their name
# SPDX-License-Identifier: Apache-2.0
#
# What a guest brought back, judged: $kernel, its directory $guest, and $case, the name of a runtime of the
# plan. For run.sh.

tab=$'\t'

step_ended() { # step status what-its-output-says
	local found
	found=$(guest_status "$1")
	[ "$found" = "$2" ] || fail "exit status $found, expected $2; $(tail -n 20 "$guest/out/$1.err" "$guest/out/$1.out")"
	[ -z "${3:-}" ] || expect_in "$3" "$(cat "$guest/out/$1.err" "$guest/out/$1.out")"
}

# Steps wait for files; one that did not come shows up here.
never_waited_in_vain() { [ ! -e "$guest/out/await.err" ] || fail "not there in time: $(cat "$guest/out/await.err")"; }

# ---- exit statuses -----------------------------------------------------------------------------

check_as_root() { step_ended check-root 0; }
check_as_user() { step_ended check-user 0; }
check_json() {
	step_ended check-user-json 0
	jq -e . "$guest/out/check-user-json.out" > /dev/null
}
trace_as_user() { step_ended trace-user 5 CAP_; }
without_object() { step_ended no-object 3 "tracee.bpf."; }
foreign_object() { step_ended other-kernel 4 "$(release_of "$other")"; }
foreign_object_named() { step_ended other-kernel-named 4 "$(release_of "$other")"; }

refuses_rings() {
	step_ended check-ring 4 "cannot trace here: it would end with status 4"
	step_ended trace-ring 4 "PREEMPT_RT"
}

judge_statuses() {
	run "$kernel: --check as root" check_as_root
	run "$kernel: --check as another user" check_as_user
	run "$kernel: --check writes JSON" check_json
	run "$kernel: tracing as another user ends with status 5 and names capabilities" trace_as_user
	run "$kernel: no object ends with status 3 and names it" without_object
	! has_mark "$kernel" sleeping-rings || run "$kernel: an object of tier ring is refused with status 4, and --check says so" refuses_rings
	if [ -n "$other" ]; then
		run "$kernel: the object of $other under our name is refused with status 4" foreign_object
		run "$kernel: the object of $other in TRACEE_BPF_FILE is refused with status 4" foreign_object_named
	else
		skip "$kernel: the object of another kernel is refused" "no other kernel of its architecture is here"
	fi
}

# ---- one runtime -------------------------------------------------------------------------------

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

statistics() { # filter
	grep '^{"statistics"' "$guest/out/$case-tracer.err" | jq -c ".statistics | $1"
}

lost_nothing() { expect_equal 0 "$(statistics '.generated - .delivered')"; }

by_kprobe() { expect_in 'by kprobes security_ptrace_traceme' "$(< "$guest/out/$case-tracer.err")"; }
by_system_call() { expect_in 'system call' "$(grep TRC-2 "$guest/out/$case-tracer.err")"; }

warns_of_misses() { expect_in "system calls may be missed" "$(< "$guest/out/$case-tracer.err")"; }
missed_nothing() {
	expect_equal 0 "$(statistics .missed)"
	[[ $(< "$guest/out/$case-tracer.err") != *"may be missed"* ]] || fail "$(< "$guest/out/$case-tracer.err")"
}

uses_its_object() {
	expect_in "/$(object_name "$case")' (tier $(tier_of "$kernel" "$case"))" "$(< "$guest/out/$case-tracer.err")"
}

# Without the tracepoints of perf (see misses()) events can be missed, but not more than the account tells.
may_miss() {
	local n=0
	[ "$case" != caps ] || ! misses "$kernel" || n=$(statistics .missed)
	echo "${n:-0}"
}

# Kinds but for one, which may be empty.
kinds_without() { # kinds kind
	tr , '\n' <<< "$1" | grep -vx "${2:-none}" | paste -sd ,
}

# One test for each kind of event; compare prints TAP of its own.
compare_with_truth() { # kinds [kinds that may have others, too]
	local line
	while IFS= read -r line; do
		case $line in
		'ok - '*) tap_n=$((tap_n + 1)) line="ok $tap_n${line#ok}" ;;
		'not ok - '*) tap_n=$((tap_n + 1)) tap_bad=$((tap_bad + 1)) line="not ok $tap_n${line#not ok}" ;;
		*) line="# $line" ;;
		esac
		echo "$line"
	done < <("$BUILD/tests/vm/compare" --prefix "$kernel, $case: " --summary "$guest/$case.summary" --only "$1" ${2:+--also "$2"} \
		--may-miss "$(may_miss)" \
		"$guest/out/$case-scenario.out" "$guest/out/$case-tracer.out" 2>&1 || echo "compare ended with status $?")
}

judge_trace() { # kinds what [kinds that may have others, too]
	run "$kernel, $case: the runtime $2 is ready, traces, and ends with status 0 on SIGTERM" tracer_ended_well
	run "$kernel, $case: what was generated was delivered" lost_nothing
	run "$kernel, $case: the runtime keeps no capability, and is confined by seccomp" gave_everything_up
	run "$kernel, $case: the runtime does not trace itself" nothing_of_itself
	compare_with_truth "$1" "${3:-}"
}

# vfs_writev is a static function, which compilers may make inline: then there is nothing to probe.
lacks_writev_at_most() { expect_in ",$(absent)," ",,vfs_writev,"; }
absent() { sed -n "s/.*event '\(.*\)' is not available on this kernel/\1/p" "$guest/out/$case-tracer.err" | paste -sd ,; }

# ---- storms and floods -------------------------------------------------------------------------

# Nobody else in the guest calls getppid().
accounts() {
	step_ended "$case-tracer" 0
	step_ended "$case-storm" 0
	expect_equal "[$storm_calls,$storm_calls,0]" "$(statistics '[.generated, .delivered + .dropped, .unreadable]')"
}

dropped() { statistics .dropped; }
accounts_with_loss() {
	accounts
	[ "$(dropped)" -gt 0 ] || fail 'nothing was lost: the buffer was not too small'
}
accounts_without_loss() {
	accounts
	expect_equal 0 "$(dropped)"
}

flood_accounts() {
	local made
	step_ended "$case-tracer" 0
	step_ended "$case-flood" 0
	made=$(jq .getppid "$guest/out/$case-flood.out")
	expect_equal "[$made,$made]" "$(statistics '.events[] | select(.eventName == "getppid") | [.generated, .delivered + .dropped]')"
	[ "$(statistics '.events[] | select(.eventName == "getppid").dropped')" -gt 0 ] || fail 'nothing was lost: it was no flood'
	expect_equal 0 "$(statistics .unreadable)"
}

finds_all_in_a_flood() {
	local found
	found=$(jq -sc 'map(select(.SigMetadata).SigMetadata.ID) | group_by(.) | map({key: .[0], value: length}) | from_entries' \
		"$guest/out/$case-tracer.out")
	expect_equal "$(jq -c .findings "$guest/out/$case-flood.out")" "$found"
	expect_equal 0 "$(statistics '[.events[] | select(.eventName != "getppid").dropped] | add // 0')"
}

# Of the program's step $made.
calls_are_right() {
	local out=$guest/out status=0
	step_ended "$case-tracer" 0
	step_ended "$case-$made" 0
	expect_equal 0 "$(dropped)"
	"$BUILD/tests/syscalls/compare" "$out/constants.out" "$out/$case-$made.out" "$out/$case-tracer.out" > "$guest/$case-$made.result" || status=$?
	[ $status -eq 0 ] || fail "$(< "$guest/$case-$made.result")"
}

found_trigger() {
	local ours='select(.SigMetadata.ID == "TRC-2" and .Context.processName == "trigger")'
	expect_equal 1 "$(jq -c "$ours" "$guest/out/rules-tracer.out" | wc -l)"
}

# Every process descends from init: from its parent on, each older than the one before, as far as it is told.
ancestors_are_right() {
	local max=8
	[ "$(tier_of "$kernel" headers)" != base ] || max=4
	expect_equal true "$(jq -s --argjson max $max 'map(select(.SigMetadata)) | length > 0 and all(.[];
		.Context.hostParentProcessId as $parent | .process.hostProcessId == .Context.hostProcessId
		and .process.ancestors[0].hostProcessId == $parent
		and ([.process.startTime, .process.ancestors[].startTime] | . == (sort | reverse))
		and if (.process.ancestors | length) < $max then .process.ancestors[-1].hostProcessId == 1
			else (.process.ancestors | length) == $max end)' "$guest/out/rules-tracer.out")"
}

# One test for each case of tracee-simulate; the lines are kept for the table.
judge_cases() {
	local result rule id what why name
	jq -r --argjson kprobes true --slurpfile findings "$guest/out/$case-tracer.out" -f tests/detect/cases.jq \
		"$guest/out/$case-made.out" > "$guest/$case.judged"
	run "$kernel, $case: there are cases of every rule" has_all_rules
	while IFS=$tab read -r result rule id what why; do
		name="$kernel, $case: $rule $id, $what"
		case $result in
		ok) run "$name" true ;;
		skipped) skip "$name" "$why" ;;
		*) run "$name" is_wrong ;;
		esac
	done < "$guest/$case.judged"
}

lost_getppid_alone() {
	expect_equal '[]' "$(statistics '[.events[] | select(.dropped > 0).eventName]
		- ["getppid", "sched_process_fork", "sched_process_exec", "sched_process_exit"]')"
	[ "$(statistics '.events[] | select(.eventName == "getppid").dropped')" -gt 0 ] || fail 'nothing was lost: it was no flood'
}

is_wrong() { fail "$why"; }

has_all_rules() {
	step_ended "$case-made" 0
	step_ended "$case-tracer" 0
	expect_equal "TRC-1 TRC-2 TRC-3 TRC-4 TRC-5 TRC-6 TRC-7" "$(cut -f 2 "$guest/$case.judged" | sort -u | paste -sd ' ')"
}

# ---- what the verifier says --------------------------------------------------------------------

loads() { step_ended "load-$load" 0; }

# 4.18 stops at 131,072 instructions walked (BPF_COMPLEXITY_LIMIT_INSNS), and its verifier forgets fewer
# states than later ones, which count here: so a quarter. Since 5.2 it is 1,000,000, for users with privileges.
verifier_limit() {
	case $(tier_of "$kernel" "${load%%-*}") in base) echo 32768 ;; *) echo 250000 ;; esac
}

within_the_limit() {
	local over
	over=$(jq -r --argjson limit "$(verifier_limit)" '.programs[] | select(.verified > $limit) | "\(.name): \(.verified)"' "$guest/out/load-$load.out")
	[ -z "$over" ] || fail "more than $(verifier_limit) instructions for the verifier: $over"
}

judge_loads() { # ways...
	local way
	for way in "$@"; do
		case $way in headers | base) ;; *) continue ;; esac
		load=$way
		run "$kernel, $way: each of its programs loads" loads
		run "$kernel, $way: the verifier's work is far below its limit" within_the_limit
	done
	for load in $(cd "$guest/out" && ls -- load-*-clang-*.status 2> /dev/null | sed 's/^load-//; s/\.status$//' | sort -V); do
		run "$kernel, $load: each of its programs loads" loads
		run "$kernel, $load: the verifier's work is far below its limit" within_the_limit
	done
}

# shellcheck disable=SC2046 # ways are words
written() {
	set -o pipefail
	write_result $(ways_of "$kernel")
	[ "$(jq '.ways | length' "$result")" -eq "$(ways_of "$kernel" | wc -w)" ] || fail "$(< "$result")"
}

grown_little() {
	local grown
	[ -s "$result" ] || fail "there are no results"
	grown=$(jq -rn --arg kernel "$kernel" --slurpfile baseline "$baseline" --slurpfile now "$result" -f tests/vm/grown.jq)
	[ -z "$grown" ] || fail "$grown
where that is meant, 'make vm-baseline' writes the new counts down"
}

# ---- a guest -----------------------------------------------------------------------------------

judge_caps() {
	case=caps
	judge_trace "$(syscalls_of "$kernel"),$(others_of_caps "$kernel"),$rules_of_caps" "without root, with $(needed_caps "$kernel") alone"
	! misses "$kernel" || run "$kernel, $case: it is said that system calls may be missed" warns_of_misses
	run "$kernel, $case: TRC-2 listens to the system call where kprobes are forbidden" by_system_call
}

judge_guest() { # ways...
	local way name
	run "$kernel: no step waited in vain" never_waited_in_vain
	judge_statuses
	judge_loads "$@"
	for way in "$@"; do
		case=$way
		run "$kernel, $case: the runtime takes its object" uses_its_object
		judge_trace "$(syscalls_of "$kernel"),$others,$kprobes,$rules" "with $(way_in_words "$way")"
		run "$kernel, $case: the kernel left no program out" missed_nothing
		run "$kernel, $case: TRC-2 listens at the kernel's own check, by kprobe" by_kprobe
	done
	case=headers
	run "$kernel, $case: the keys of each event are in their order" keys_in_order
	run "$kernel, $case: each process is gone once" gone_once
	if [ "$(tier_of "$kernel" headers)" = base ]; then
		skip "$kernel, caps: the runtime without root" "Debian gives perf buffers to those with CAP_SYS_ADMIN alone"
	else
		judge_caps
	fi
	for name in headers base; do
		case " $* " in *" $name "*) ;; *) continue ;; esac
		case=$name-small
		run "$kernel, $case: with a buffer too small, delivered and lost are $storm_calls exactly" accounts_with_loss
		case=$name-large
		run "$kernel, $case: with a buffer large enough, delivered are $storm_calls exactly" accounts_without_loss
		case=$name-flood
		run "$kernel, $case: in a flood, delivered and lost are what was generated" flood_accounts
		run "$kernel, $case: in a flood, no finding is lost" finds_all_in_a_flood
		case=$name-calls
		made=made
		run "$kernel, $case: every system call is reported with its arguments and what it returned" calls_are_right
		if [ -e "$guest/out/$case-made32.status" ]; then
			made=made32
			run "$kernel, $case: so is every system call of a 32-bit process" calls_are_right
		else
			skip "$kernel, $case: system calls of a 32-bit process" "this kernel runs none, or there was no compiler for one"
		fi
		sed 's/^/# /' "$guest/$case"-made*.result 2> /dev/null
		case=$name-hooks
		run "$kernel, $case: of the kernel's functions it lacks vfs_writev at most" lacks_writev_at_most
		judge_trace "$(kinds_without "$hooks" "$(absent)")" "for functions of the kernel" "$hooks_among_others"
		case=$name-cases
		judge_cases
		run "$kernel, $case: no finding is lost" lost_nothing
		floods_cases "$name" || continue
		case=flooded-cases
		judge_cases
		run "$kernel, $case: events were lost, but none that rules wait for" lost_getppid_alone
	done
	case=rules
	judge_trace $rules "with rules alone"
	run "$kernel, $case: a program that is started as strace starts one is found" found_trigger
	run "$kernel, $case: findings tell what their processes descend from" ancestors_are_right
	run "$kernel: the results are written" written
	if [ "$(jq --arg kernel "$kernel" --arg clang "$our_clang" '.[$clang] | has($kernel)' "$baseline")" = true ]; then
		run "$kernel: no program costs the verifier 10 % more than before" grown_little
	else
		skip "$kernel: no program costs the verifier 10 % more than before" "its counts are not written down yet: make vm-baseline"
	fi
}
