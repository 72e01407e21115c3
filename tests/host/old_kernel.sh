#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtime on this machine with a bpf(2) that answers as Linux 4.18 does, and without BTF: see as_4_18.c.
# shellcheck disable=SC2317 # functions are called by their name
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
require_bpf 4
as_4_18=$BUILD/tests/host/as_4_18
if ! "$as_4_18" /dev/null /bin/true 2> /dev/null; then
	for _ in 1 2 3 4; do skip old_kernel "this kernel has no seccomp notifications, or forbids a mount namespace"; done
	finish
fi

# As start(), on 4.18.
start_as_4_18() { # option...
	make_object
	"$as_4_18" "$T/report" "$runtime" --install-path "$T/objects" --ready-file "$T/ready" "$@" > "$T/out" 2> "$T/err" &
	pid=$!
	for _ in $(seq 200); do
		[ ! -s "$T/ready" ] || return 0
		kill -0 "$pid" 2> /dev/null || break
		sleep 0.05
	done
	fail "the runtime does not become ready: $(< "$T/err") $(cat "$T/report")"
}

refused() { # command
	jq -r --arg command "$1" '.refused[$command] // 0' "$T/report"
}

# What libbpf tries first is refused: BTF (18), a map with its keys described (0), a newer helper (5). The
# rest of the calls was looked at, and is what 4.18 knows.
base_runs() {
	TIER=base start_as_4_18 --trace event=getppid --output json
	"$BUILD/tests/host/storm" getppid 4 1000
	stop
	[ "$(refused 18)" -gt 0 ] || fail "BTF was not refused: $(< "$T/report")"
	[ "$(jq .calls "$T/report")" -gt 20 ] || fail "hardly anything was asked: $(< "$T/report")"
	expect_equal 4000 "$(jq -sc '[.[] | select(.processName == "storm")] | length' "$T/out")"
	expect_equal "$(jq -sc length "$T/out")" "$(tail -n 1 "$T/err" | jq '.statistics | .delivered - .own')"
	expect_equal 0 "$(tail -n 1 "$T/err" | jq '.statistics | .generated - .delivered')"
}

base_accounts() {
	local counts
	TIER=base start_as_4_18 --trace event=sched_get_priority_min --output json --buffer-size 8K
	"$BUILD/tests/host/storm" sched_get_priority_min 16 10000
	stop
	counts=$(tail -n 1 "$T/err" | jq -c '.statistics | [.generated, .delivered + .dropped, .dropped > 0]')
	expect_equal "[160000,160000,true]" "$counts"
}

base_finds() {
	TIER=base start_as_4_18 --rules TRC-2 --output json
	"$BUILD/tests/vm/trigger" /bin/true 2> /dev/null
	stop
	expect_equal 1 "$(jq -sc '[.[] | select(.SigMetadata.ID == "TRC-2" and .Context.processName == "trigger")] | length' "$T/out")"
}

ring_is_refused() {
	local status=0
	make_object
	"$as_4_18" "$T/report" "$runtime" --install-path "$T/objects" --trace event=getppid > "$T/out" 2> "$T/err" || status=$?
	expect_equal 7 "$status"
	expect_in "an object of tier base" "$(< "$T/err")"
}

run "an object of tier base loads on 4.18, and each event comes" base_runs
run "an object of tier base on 4.18: delivered and lost are what was generated" base_accounts
run "an object of tier base on 4.18 finds" base_finds
run "an object of tier ring is refused by 4.18, and which one would do is said" ring_is_refused
finish
