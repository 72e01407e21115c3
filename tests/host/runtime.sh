# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests that trace on this machine: sourced after tap.sh. TIER chooses the tier of the object.
runtime=$BUILD/tracee-runtime
builder=$BUILD/tracee-builder
# LeakSanitizer starts a helper when the program ends, which the runtime's filter forbids.
export ASAN_OPTIONS=detect_leaks=0
unset TRACEE_BPF_FILE NOTIFY_SOCKET

# Ends the script, with everything in it counted as skipped, where BPF cannot be loaded.
require_bpf() { # number-of-tests
	local status=0 reason
	if [ "$(id -u)" -ne 0 ]; then
		reason="needs root"
	elif [ ! -r /sys/kernel/btf/vmlinux ]; then
		reason="the running kernel has no BTF to make an object from"
	else
		"$runtime" --check --format json > /dev/null 2>&1 || status=$?
		# 3 and 4: there is no object, or one of another version. Tests make their own.
		[[ $status != [034] ]] && reason="BPF cannot be loaded: tracee-runtime --check ends with $status"
		[ "$("$runtime" --check --format json 2> /dev/null | jq .privileged)" = true ] || reason="no capabilities for BPF"
	fi
	[ -n "${reason:-}" ] || return 0
	for _ in $(seq "$1"); do
		skip "$(basename "$0" .sh)" "$reason"
	done
	finish
}

# A test that fails half-way must not leave anything behind. Tests redefine `tidy` for what they make.
tidy() { :; }
begin() {
	pid=
	trap '[ -z "$pid" ] || kill -KILL "$pid" 2> /dev/null || true; tidy' EXIT
}

# A process that has ended may be in its cgroup for a moment longer.
remove_cgroups() { # path...
	local path
	for path; do
		for _ in $(seq 50); do rmdir "$path" 2> /dev/null && break || sleep 0.05; done
	done
}

make_object() {
	[ -n "${pid+set}" ] || begin
	[ -d "$T/objects" ] || "$builder" -q build --output-dir "$T/objects" ${TIER:+--tier "$TIER"} > /dev/null
}

# Starts the runtime with its output in $T/out and $T/err, and waits until it traces; sets $pid.
start() { # option...
	make_object
	"$runtime" --install-path "$T/objects" --ready-file "$T/ready" "$@" > "$T/out" 2> "$T/err" &
	pid=$!
	await_ready
}

await_ready() {
	for _ in $(seq 200); do
		[ "$(cat "$T/ready" 2> /dev/null)" != "$pid" ] || return 0
		kill -0 "$pid" 2> /dev/null || break
		sleep 0.05
	done
	fail "the runtime does not become ready: $(< "$T/err")"
}

# Ends it with signal $1 (TERM) and expects status 0.
stop() {
	local status=0
	sleep 0.1
	kill -"${1:-TERM}" "$pid"
	wait "$pid" || status=$?
	[ $status -eq 0 ] || fail "the runtime ended with $status: $(< "$T/err")"
}

# The events of process $1 that are called $2, as one JSON array.
events_of() { # pid event
	jq -sc --argjson pid "$1" --arg event "$2" '[.[] | select(.hostProcessId == $pid and .eventName == $event)]' "$T/out"
}

# The value of an argument of the first event in the array on stdin.
argument() { # name
	jq -c --arg name "$1" '.[0].args[] | select(.name == $name) | .value'
}
