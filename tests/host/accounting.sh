#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Nothing is lost silently: 16 processes call getppid 62,500 times each, and delivered + lost must be
# 1,000,000 exactly, with buffers that are too small and with some that are large enough. Other
# processes call getppid too (every shell does when it starts): theirs are told apart by name.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
require_bpf 6
calls=1000000

count() { # field of the statistics
	tail -n 1 "$T/err" | jq ".statistics.$1"
}

# Sets $delivered, $lost and $others: the events of the storm, those that are gone, those of others.
storm() { # buffer-size [system-call]
	local call=${2:-getppid}
	make_object
	mkfifo "$T/pipe"
	awk 'match($0, /"processName":"[^"]*"/) { n[substr($0, RSTART + 15, RLENGTH - 16) == "storm"]++ } END { print n[1] + 0, n[0] + 0 }' \
		< "$T/pipe" > "$T/counted" &
	local counter=$!
	rm -f "$T/ready"
	"$runtime" --trace "event=$call" --output json --buffer-size "$1" --install-path "$T/objects" --ready-file "$T/ready" \
		> "$T/pipe" 2> "$T/err" &
	pid=$!
	await_ready
	"$BUILD/tests/host/storm" "$call" 16 $((calls / 16))
	stop
	wait $counter
	rm "$T/pipe"
	read -r delivered others < "$T/counted"
	lost=$(count dropped)
	echo "$call, buffer $1: delivered $delivered, lost $lost, of others $others"
	expect_equal $((delivered + others)) "$(count delivered)"
	expect_equal "$(count submitted)" "$(count delivered)"
	expect_equal "$(count generated)" $((delivered + others + lost))
	expect_equal 0 "$(count unreadable)"
}

# While events are lost, one of another process may be among them: then the sum is larger, and the
# storm has to be repeated for an exact one; on a machine that is never quiet, with a call that hardly
# anybody makes.
exact_when_too_small() { # buffer-size
	local call
	for call in getppid getppid getppid sched_get_priority_min sched_get_priority_min; do
		storm "$1" $call
		[ "$lost" -gt 0 ] || fail "nothing was lost with a buffer of $1"
		[ $((delivered + lost)) -ne $calls ] || return 0
		[ $((delivered + lost)) -gt $calls ] || break
	done
	fail "delivered $delivered + lost $lost = $((delivered + lost)), expected $calls"
}

exact_when_large_enough() { # buffer-size
	storm "$1"
	expect_equal 0 "$lost"
	expect_equal $calls "$delivered"
}

# Three seconds of losses.
losses_are_told() {
	local told started=$SECONDS
	start --trace event=getppid --buffer-size 4K --output json
	for _ in 1 2 3; do
		"$BUILD/tests/host/storm" getppid 16 20000
		sleep 1
	done
	stop
	told=$(grep -c 'warning: lost [0-9]* events ([0-9]* of [0-9]* in all)' "$T/err")
	[ "$told" -ge 2 ] && [ "$told" -le $((SECONDS - started + 1)) ] || fail "$told warnings in $((SECONDS - started)) s: $(< "$T/err")"
}

ring_too_small() { exact_when_too_small 4K; }
ring_small() { exact_when_too_small 256K; }
ring_large() { exact_when_large_enough 512M; }
perf_too_small() { TIER=base exact_when_too_small 64K; }
perf_large() { TIER=base exact_when_large_enough 256M; }

free_kb=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
cpus=$(nproc --all)
run "a ring of a page for each CPU" ring_too_small
run "a ring of 256 KiB for each CPU" ring_small
run "while events are lost it says so, once a second at most" losses_are_told
if [ "$free_kb" -gt $((2 << 20)) ]; then
	run "a ring that takes all" ring_large
else
	skip "a ring that takes all" "needs 2 GiB of free memory"
fi
run "perf buffers of 64 KiB" perf_too_small
if [ "$free_kb" -gt $((cpus * (256 << 10) + (1 << 20))) ]; then
	run "perf buffers that take all" perf_large
else
	skip "perf buffers that take all" "needs 256 MiB of free memory for each CPU, and 1 GiB"
fi
finish
