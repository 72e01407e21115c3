#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What tracing costs: the time of one getppid() with and without the runtime, alternating in many short
# rounds on this machine and in a virtual machine (BENCH_KERNEL, default 6.1), and how many events a
# second are delivered. Prints tables; nothing is asserted, for times are not the same twice. The
# mode `without, once more` shows how far two measurements of the same thing are apart.
# BENCH_ROUNDS (default 12) and BENCH_WHERE (host, tracing, vm, headers, or both for all of them) may be set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
# shellcheck source=tests/vm/guest.sh
. tests/vm/guest.sh

version=${VERSION:-$(< VERSION)}
kernel=${BENCH_KERNEL:-6.1}
rounds=${BENCH_ROUNDS:-12}
work=$BUILD/bench

# What is measured: mode, and what the runtime is told; nothing for none.
modes=(without again detection other itself)
declare -A label=(
	[without]=without
	[again]="without, once more"
	[detection]="TRC-2 alone"
	[other]="system calls traced, getppid not among them"
	[itself]="getppid itself traced"
)
declare -A options=(
	[detection]="--rules TRC-2"
	[other]="--trace event=openat"
	[itself]="--trace event=getppid"
)

# Modes in another order each round, so that a drift does not fall on one of them.
order_of() { # round
	local n=${#modes[@]} i
	for ((i = 0; i < n; i++)); do
		echo "${modes[(i + $1) % n]}"
	done
}

table() { # lines stderr-of-the-detection
	local order='' mode
	for mode in "${modes[@]}"; do
		order+="${order:+|}${label[$mode]}"
	done
	awk -v ORDER="$order" -f tests/bench/ratios.awk "$1"
	sed -n 's/^tracee-runtime: rule \(TRC-2\) .*) by /  \1 by /p' "$2"
}

samples_to_lines() { # mode round < samples
	awk -v mode="${label[$1]}" -v round="$2" -v OFS='\t' 'NF == 1 { print mode, round, $1 }'
}

# ---- on this machine ----------------------------------------------------------------------------

runtime_start() { # options...
	rm -f "$work/ready"
	"$BUILD/tracee-runtime" "$@" --output json --install-path "$work/objects" --ready-file "$work/ready" \
		> /dev/null 2> "$work/runtime.err" &
	runtime_pid=$!
	for ((i = 0; i < 200; i++)); do
		[ ! -e "$work/ready" ] || return 0
		kill -0 "$runtime_pid" 2> /dev/null || break
		sleep 0.1
	done
	echo "the runtime does not become ready:"
	cat "$work/runtime.err"
	return 1
}

runtime_stop() {
	kill -TERM "$runtime_pid" 2> /dev/null || true
	wait "$runtime_pid" || true
}

host_round() { # round
	local mode
	while read -r mode; do
		if [ -n "${options[$mode]:-}" ]; then
			# shellcheck disable=SC2086
			runtime_start ${options[$mode]} >&2 || continue
		fi
		"$BUILD/tests/bench/getppid" 20000 20 | samples_to_lines "$mode" "$1"
		[ -z "${options[$mode]:-}" ] || runtime_stop
		[ "$mode" != detection ] || cp "$work/runtime.err" "$work/detection.err"
	done < <(order_of "$1")
}

host_bench() {
	local round
	echo "On this machine ($(uname -r), $(nproc) processors), 20 samples of 20000 calls a round:"
	mkdir -p "$work/objects"
	if ! "$BUILD/tracee-builder" build --output-dir "$work/objects" --tracee-version "$version" > "$work/builder.log" 2>&1; then
		cat "$work/builder.log"
		echo "  no object for this kernel: not measured here"
		return
	fi
	if ! runtime_start --trace event=getppid > "$work/start.log"; then
		sed 's/^/  /' "$work/start.log"
		echo "  not measured here"
		return
	fi
	runtime_stop
	for ((round = 1; round <= rounds; round++)); do
		host_round $round
	done > "$work/host.tsv"
	table "$work/host.tsv" "$work/detection.err"
	host_delivery
}

# ---- delivery ------------------------------------------------------------------------------------

n_calls=1000000
n_processes=16
n_vm_calls=96000

# From the time per call and what the runtime counted, on its last line. On a machine where others call
# getppid() too, there are more events than calls. The rate is told for the small buffer only: what a large
# one holds when the calls end is delivered afterwards, in time that is not measured.
delivery_tell() { # buffer-size calls ns-per-call runtime.err
	grep '^{"statistics"' "$4" | jq -r --arg size "$1" --argjson calls "$2" --argjson ns "$3" '
		.statistics | ($calls * $ns / 1e9) as $s
		| "  --buffer-size \($size): \($calls) calls of '"$n_processes"' processes in \($s * 1000 | round | . / 1000) s: \(.generated) events =
    \(.delivered) delivered + \(.dropped) lost + \(.generated - .delivered - .dropped) unaccounted for"
			+ if $size == "64K" then "; \(.delivered / $s | round) delivered a second" else "" end'
}

host_delivery() {
	local ns size
	for size in 64K 16M; do
		runtime_start --trace event=getppid --buffer-size $size || return 0
		ns=$("$BUILD/tests/bench/getppid" $n_calls 1 $n_processes)
		runtime_stop
		delivery_tell $size $n_calls "$ns" "$work/runtime.err"
	done
}

# ---- in a virtual machine -------------------------------------------------------------------------

vm_plan_round() { # round
	local mode tracer="/bin/tracee-runtime --output json --install-path /objects --ready-file"
	while read -r mode; do
		if [ -n "${options[$mode]:-}" ]; then
			echo "run tracer-$mode-$1 background discard -- $tracer /run/$mode-$1.ready ${options[$mode]}"
			echo "await /run/$mode-$1.ready 60"
		fi
		echo "run $mode-$1 -- /bin/getppid 4000 20"
		[ -z "${options[$mode]:-}" ] || echo "stop tracer-$mode-$1"
	done < <(order_of "$1")
}

vm_plan_delivery() {
	local size
	for size in 64K 16M; do
		echo "run tracer-$size background discard -- /bin/tracee-runtime --output json --install-path /objects --trace event=getppid --buffer-size $size --ready-file /run/$size.ready"
		echo "await /run/$size.ready 60"
		echo "run storm-$size timeout=300 -- /bin/getppid $n_vm_calls 1 $n_processes"
		echo "stop tracer-$size"
	done
}

vm_delivery() {
	local size
	for size in 64K 16M; do
		delivery_tell $size $n_vm_calls "$(< "$guest/out/storm-$size.out")" "$guest/out/tracer-$size.err"
	done
}

vm_lines() {
	local round mode
	for ((round = 1; round <= rounds; round++)); do
		for mode in "${modes[@]}"; do
			[ -n "${options[$mode]:-}" ] && [ "$(guest_status "tracer-$mode-$round")" != 0 ] && continue
			samples_to_lines "$mode" "$round" < "$guest/out/$mode-$round.out"
		done
	done
}

vm_bench() {
	local directory=$BUILD/vm/$kernel status=0 round
	tests/vm/fetch.sh "$kernel" || status=$?
	if [ $status -ne 0 ] || ! command -v qemu-system-x86_64 > /dev/null; then
		echo "In a virtual machine: not measured, no packages or no qemu-system-x86_64"
		return
	fi
	echo "In an emulated machine ($(< "$directory/release"), 2 processors), 20 samples of 4000 calls a round:"
	guest_begin "$kernel" bench
	"$BUILD/tracee-builder" build --kernel "$(< "$directory/release")" --headers "$directory/build/" \
		--headers "$directory/source/" --output-dir "$guest/objects" --tracee-version "$version" > "$guest/builder.log" 2>&1 ||
		{ cat "$guest/builder.log"; return 1; }
	local object
	object=$(find "$guest/objects" -name '*.o')
	guest_add bin/tracee-runtime "$BUILD/tracee-runtime"
	guest_add bin/getppid "$BUILD/tests/bench/getppid"
	guest_add "objects/$(basename "$object")" "$object"
	for ((round = 1; round <= rounds; round++)); do
		vm_plan_round $round
	done > "$guest/plan"
	vm_plan_delivery >> "$guest/plan"
	guest_run 1200
	[ ! -e "$guest/out/await.err" ] || echo "  the runtime was not ready in time: $(< "$guest/out/await.err")"
	vm_lines > "$work/vm.tsv"
	table "$work/vm.tsv" "$guest/out/tracer-detection-1.err"
	vm_delivery
}

mkdir -p "$work"
where=${BENCH_WHERE:-both}
case $where in host | both) host_bench ;; esac
case $where in tracing | both) tests/bench/tracing.sh ;; esac
case $where in vm | both) vm_bench ;; esac
case $where in headers | both) tests/bench/headers.sh ;; esac
