#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The runtime beside strace, perf trace and bpftrace at the same job: write each system call of
# tests/bench/mixture to a file in memory, with arguments and result; one of its calls, ten, and all. The
# tools take turns in each round, in another order each time; shown are medians over the rounds, and the
# ratios are medians of those within a round. Every number of every run is in $BUILD/bench/tracing.json,
# with the keys that tests/bench/measure.c explains.
#
# Buffers are large enough to hold what a tool cannot write at once, so that nothing has to be lost; the
# time is taken until the tool has written everything and has ended, so that this is no gain.
# bpftrace writes arguments as numbers, but the path of an openat that is traced alone: it has no decoder.
#
# BENCH_ROUNDS (default 5), BENCH_TURNS (default 10000, of 12 calls, in each of as many processes as there are
# processors). Ends with 0 whatever the numbers are; with 1 if the runtime could not be measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
rounds=${BENCH_ROUNDS:-5}
turns=${BENCH_TURNS:-10000}
processes=$(nproc)
work=$BUILD/bench
measure=$BUILD/tests/bench/measure
mixture=$BUILD/tests/bench/mixture

if [ "$(id -u)" -ne 0 ]; then
	echo "Tracing beside other tools: not measured, needs root"
	exit 0
fi
# perf and bpftrace look for tracepoints there; mounted for us alone.
if [ ! -d /sys/kernel/tracing/events ] && [ -z "${BENCH_MOUNTED:-}" ]; then
	# shellcheck disable=SC2016
	BENCH_MOUNTED=1 exec unshare -m sh -c 'mount -t tracefs tracefs /sys/kernel/tracing || true; exec "$0"' "$PWD/${BASH_SOURCE[0]}"
fi

mkdir -p "$work/objects"
memory=$(mktemp -d -p /dev/shm tracee-bench.XXXXXX)
trap 'rm -rf "$memory"' EXIT
mkfifo "$memory/pipe"
written=$memory/written

# ---- the job ------------------------------------------------------------------------------------

selections=(one ten all)
declare -A n_kinds=([one]=1 [ten]=10 [all]=12)
declare -A calls=(
	[one]="openat"
	[ten]="openat,read,write,lseek,fstat,fcntl,close,faccessat,readlinkat,getppid"
)

# ---- the tools ----------------------------------------------------------------------------------
#
# Each has a function that sets $command for a selection, and $ready where it runs beside the mixture and is not
# given its command; and a pattern, which the lines with an event match.

tools=(none json table strace strace_seccomp perf bpftrace start)
declare -A label=(
	[json]="tracee-runtime, json"
	[table]="tracee-runtime, table"
	[strace]="strace -f"
	[strace_seccomp]="strace -f --seccomp-bpf"
	[perf]="perf trace"
	[bpftrace]="bpftrace"
	[start]="tracee-runtime, buffers as they are"
)
declare -A pattern=(
	[json]='"processName":"mixture"'
	[table]=' mixture '
	# Not the ends of calls that another one interrupted, nor signals and ends of processes.
	[strace]='^[0-9]+ +[a-z0-9_]+\('
	[strace_seccomp]='^[0-9]+ +[a-z0-9_]+\('
	[perf]=': mixture/[0-9]+ [a-z0-9_]+\('
	[bpftrace]='^[0-9]+ mixture '
)
command -v bpftrace > /dev/null && bpftrace_version=$(bpftrace --version) || bpftrace_version=

none_command() { command=(env); }

runtime_command() { # selection format
	ready=$memory/ready
	command=("$BUILD/tracee-runtime" --output "$2" --output "out-file:$written" --trace comm=mixture
		--install-path "$work/objects" --ready-file "$ready")
	if [ "$1" = all ]; then
		command+=(--trace set=syscalls)
	else
		command+=(--trace "event=${calls[$1]}")
	fi
}

json_command() { runtime_command "$1" json && command+=(--buffer-size 64M); }
table_command() { runtime_command "$1" table && command+=(--buffer-size 64M); }
start_command() { runtime_command "$1" json; }

strace_command() { # selection
	command=(strace -f -o "$written")
	[ "$1" = all ] || command+=(-e "trace=${calls[$1]}")
}

strace_seccomp_command() { # selection
	strace_command "$1" && command+=(--seccomp-bpf)
}

perf_command() { # selection
	command=(perf trace -m 64M -o "$written")
	[ "$1" = all ] || command+=(-e "${calls[$1]}")
	command+=(--)
}

bpftrace_program() { # selection
	local filter='comm == "mixture"' numbers='' call
	if [ "$1" = one ]; then
		echo 'tracepoint:syscalls:sys_enter_openat /'"$filter"'/ { @path[tid] = args->filename; @flags[tid] = args->flags; }
tracepoint:syscalls:sys_exit_openat /'"$filter"'/ {
	printf("%d %s openat(%s, 0x%x) = %d\n", tid, comm, str(@path[tid]), @flags[tid], args->ret);
	delete(@path[tid]); delete(@flags[tid]); }'
		return
	fi
	if [ "$1" = ten ]; then
		for call in ${calls[ten]//,/ }; do
			numbers+="${numbers:+ || }args->id == $("$mixture" numbers | awk -v name="$call" '$1 == name { print $2 }')"
		done
		filter+=" && ($numbers)"
	fi
	echo 'tracepoint:raw_syscalls:sys_enter /'"$filter"'/ { @args[tid] =
	(args->args[0], args->args[1], args->args[2], args->args[3], args->args[4], args->args[5]); }
tracepoint:raw_syscalls:sys_exit /'"$filter"'/ { $a = @args[tid];
	printf("%d %s %d(0x%lx, 0x%lx, 0x%lx, 0x%lx, 0x%lx, 0x%lx) = %ld\n", tid, comm, args->id, $a.0, $a.1, $a.2, $a.3, $a.4,
		$a.5, args->ret); }'
}

# It takes the command in one word.
bpftrace_command() { # selection
	# shellcheck disable=SC2016
	command=(env BPFTRACE_PERF_RB_PAGES=16384 sh -c 'out=$1 program=$2; shift 2; exec bpftrace -o "$out" -e "$program" -c "$*"' sh
		"$written" "$(bpftrace_program "$1")")
}

# ---- measuring ----------------------------------------------------------------------------------

lost() { # tool
	case $1 in
	json | start) grep '^{"statistics"' "$work/tool.err" | tail -n 1 | jq .statistics.dropped ;;
	table) sed -nE 's/.* ([0-9]+) lost;.*/\1/p' "$work/tool.err" | tail -n 1 ;;
	perf) grep -hoE 'LOST [0-9]+ events' "$written" "$work/tool.err" | awk '{ n += $2 } END { print n + 0 }' ;;
	bpftrace) grep -hoE '^Lost [0-9]+ events' "$written" "$work/tool.err" | awk '{ n += $2 } END { print n + 0 }' ;;
	*) echo 0 ;;
	esac
}

# Prints the JSON of one run; where that fails, the tool has told why in $work/tool.err.
once() { # tool selection round
	local ready='' times=$turns result seen=0
	[ "$1" != start ] || times=1
	"$1_command" "$2"
	rm -f "$written" "$memory/ready"
	"$measure" ${ready:+-r "$ready"} "$memory/pipe" "${command[@]}" -- "$mixture" "$processes" "$times" "$memory/pipe" \
		> "$work/tool.json" 2> "$work/tool.err" < /dev/null || return 1
	result=$(< "$work/tool.json")
	[ "$(jq .status <<< "$result")" -eq 0 ] || return 1
	[ -z "${pattern[$1]:-}" ] || seen=$(grep -cE "${pattern[$1]}" "$written" || true)
	jq -c --arg tool "$1" --arg selection "$2" --argjson round "$3" --argjson seen "$seen" --argjson lost "$(lost "$1")" \
		--argjson expected $((processes * times * n_kinds[$2])) \
		'{ tool: $tool, selection: $selection, round: $round, seen: $seen, lost: $lost, expected: $expected } + .' <<< "$result"
}

# Why a tool cannot be measured at all; nothing if it can.
obstacle() { # tool
	local program=${1%%_*}
	case $1 in
	none | json | table | start) return ;;
	esac
	command -v "$program" > /dev/null || { echo "'$program' is not installed (ci/deps.sh bench)"; return; }
	[ "$1" != bpftrace ] || [ -r /sys/kernel/btf/vmlinux ] || echo "the kernel has no BTF"
	[ "$1" = strace ] || [ "$1" = strace_seccomp ] || [ -d /sys/kernel/tracing/events/raw_syscalls ] ||
		echo "tracefs has no events/raw_syscalls"
}

# What a tool says before it gives up, on one line.
complaint() {
	{ grep -v '^measure: ' "$work/tool.err" || cat "$work/tool.err"; } | tail -n 3 | tr '\n' ' ' | cut -c1-200
}

declare -A out=()
measure_round() { # round
	local i tool selection
	for ((i = 0; i < ${#tools[@]}; i++)); do
		tool=${tools[(i + $1) % ${#tools[@]}]}
		for selection in "${selections[@]}"; do
			# Without a filter it stops for every call, as without the option.
			[ "$tool $selection" != "strace_seccomp all" ] || continue
			[ -z "${out[$tool $selection]}" ] || continue
			once "$tool" "$selection" "$1" >> "$work/tracing.jsonl" || out[$tool $selection]=$(complaint)
		done
	done
}

# ---- telling ------------------------------------------------------------------------------------

# Lines: selection, tool, and the numbers of the table.
summary() {
	jq -r -s '
		def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor]
			else (.[length / 2 - 1] + .[length / 2]) / 2 end;
		def rate: .seen / .allMs * 1000;
		def seen: map(select(.seen > 0));
		def user: .toolUserMs * 1e6 / .seen;
		def ratio($other; f): [ seen[] | . as $run | $other[] | select(.round == $run.round) | . as $beside | ($run | f) / ($beside | f) ] | median;
		. as $all
		| group_by([.selection, .tool])[] | .[0] as $first | select($first.tool != "none")
		| [ $all[] | select(.selection == $first.selection and .tool == "strace") ] as $strace
		| [ $all[] | select(.selection == $first.selection and .tool == "perf") ] as $perf
		| [ $all[] | select(.selection == $first.selection and .tool == "none") ] as $none
		| [ $first.selection, $first.tool, length,
			(seen | map(rate) | median),
			ratio($strace; rate),
			(map([0, .expected - .seen] | max) | max),
			(seen | map(user) | median),
			ratio([$perf[] | select(.toolUserMs > 0)]; user),
			(seen | map(.toolSystemMs * 1e6 / .seen) | median),
			([ .[] | . as $run | $none[] | select(.round == $run.round)
				| ($run.mixtureSystemMs - .mixtureSystemMs) * 1e6 / $run.expected ] | median),
			(map(.residentKb) | max / 1024), (map(.startMs) | median) ]
		| map(. // "-") | @tsv' "$work/tracing.jsonl"
}

# Fields of the summary: 1 selection, 2 tool, 3 rounds, 4 events a second, 5 × strace, 6 missing, 7 user ns, 8 ÷ perf,
# 9 system ns, 10 ns of the callers, 11 MiB, 12 ms.
table() { # selection words
	local tool line
	printf '  %-26s %9s %8s %8s %8s %8s %8s %8s %7s %7s\n' "$2" events/s "x strace" missing user "/ perf" system callers "MiB" "start"
	for tool in json table strace strace_seccomp perf bpftrace; do
		if [ -n "${out[$tool $1]}" ]; then
			printf '  %-26s not measured: %s\n' "${label[$tool]}" "${out[$tool $1]}"
			continue
		fi
		line=$(awk -F'\t' -v s="$1" -v t="$tool" '$1 == s && $2 == t' "$work/tracing.tsv")
		[ -n "$line" ] || continue
		awk -F'\t' -v name="${label[$tool]}" 'function n(x, f) { return x == "-" ? x : sprintf(f, x) } {
			printf "  %-26s %9s %8s %8s %8s %8s %8s %8s %7s %7s\n", name, n($4, "%.0f"), n($5, "%.1f"), $6, n($7, "%.0f"),
				n($8, "%.2f"), n($9, "%.0f"), n($10, "%.0f"), n($11, "%.1f"), n($12, "%.0f") }' <<< "$line"
	done
}

# Time depends on who else wants the processors; the sum of what all that take part take does less so.
altogether() {
	awk -F'\t' '
		{ cpu[$1, $2] = $7 + $9 + $10 }
		END {
			n = split("one ten all", selections, " ")
			for (i = 1; i <= n; i++) {
				ours = cpu[selections[i], "json"]
				theirs = cpu[selections[i], "strace"]
				if (ours > 0 && theirs > 0)
					printf "  CPU that an event takes of tool and callers, %s: %.1f us, strace -f %.1f us, %.1f times as much\n",
						selections[i], ours / 1000, theirs / 1000, theirs / ours
			}
		}' "$work/tracing.tsv"
}

# One line for each target; what was not measured beside the other tool is neither.
targets() {
	awk -F'\t' '
		function tell(what, value, is_met, form) {
			printf "  %-62s %s\n", what, value == "-" ? "not measured" : sprintf(form, value) (is_met ? ", met" : ", not met")
		}
		$2 == "json" {
			tell("events a second, " $1 ": at least 10 times those of strace -f", $5, $5 >= 10, "%.1f times")
			tell("user CPU of an event, " $1 ": at most 1/2 of that of perf trace", $8, $8 <= 0.5, "%.2f of it")
		}
		$2 == "start" { tell("start, " $1 ": within 300 ms", $12, $12 <= 300, "%.0f ms") }
		$2 == "json" || $2 == "table" || $2 == "start" { if ($11 > memory) memory = $11 }
		END { tell("resident memory without rings: at most 20 MiB", memory, memory <= 20, "%.1f MiB") }' "$work/tracing.tsv"
}

machine() {
	jq -n --arg release "$(uname -r)" --arg arch "$(uname -m)" --argjson processors "$(nproc)" \
		--arg model "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" --argjson turns "$turns" --argjson processes "$processes" \
		--arg strace "$(strace -V 2> /dev/null | head -n 1)" --arg perf "$(perf --version 2> /dev/null)" --arg bpftrace "$bpftrace_version" \
		'{ release: $release, arch: $arch, processors: $processors, model: $model, turns: $turns, processes: $processes,
			tools: { strace: $strace, perf: $perf, bpftrace: $bpftrace } }'
}

reasons() {
	local run
	for run in "${!out[@]}"; do
		jq -n --arg tool "$run" --arg reason "${out[$run]}" '{ ($tool): $reason }'
	done | jq -s 'add // {}'
}

echo "Tracing $processes processes that make $((turns * 12)) system calls each, on $(uname -r), $(nproc) processors, $rounds rounds:"
if ! "$BUILD/tracee-builder" build --output-dir "$work/objects" --tracee-version "${VERSION:-$(< VERSION)}" > "$work/builder.log" 2>&1; then
	sed 's/^/  /' "$work/builder.log"
	echo "  no object for this kernel: not measured"
	exit 0
fi
for tool in "${tools[@]}"; do
	for selection in "${selections[@]}"; do
		out[$tool $selection]=$(obstacle "$tool" | head -n 1)
	done
done
: > "$work/tracing.jsonl"
for ((round = 1; round <= rounds; round++)); do
	measure_round $round
done
summary > "$work/tracing.tsv"
jq -n --argjson machine "$(machine)" --argjson unmeasured "$(reasons)" --slurpfile runs "$work/tracing.jsonl" \
	'{ machine: $machine, unmeasured: ($unmeasured | with_entries(select(.value != ""))), runs: $runs }' > "$work/tracing.json"
table one "one call (openat)"
table ten "ten calls"
table all "all calls"
cat << 'END'
  events/s: until the tool has written all; missing: the most in a round; user, system: ns of the tool's CPU for an event;
  callers: ns of kernel time that a call costs its caller more than untraced; MiB: resident without rings; start: ms
END
altogether
targets
echo "  (all numbers: $work/tracing.json)"
status=0
for run in "${!out[@]}"; do
	case $run in json* | table* | start* | none*) [ -z "${out[$run]}" ] || { echo "tracing.sh: $run: ${out[$run]}" >&2; status=1; } ;; esac
done
exit $status
