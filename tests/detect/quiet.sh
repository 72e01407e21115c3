#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Ordinary work for QUIET_S seconds (default an hour) with all rules on: building this project, installing packages, 50
# containers of docker and of podman, programs that make code as they run, debuggers. Prints every kind of finding, how
# often it came, and what justifies it by quiet.tsv; fails if there is one that nothing justifies. What others do on the machine
# meanwhile is counted apart: processes that lose their parents here become children of this one, so that all that it does
# descends from it, as findings tell. Where a finding's line of ancestors ends before that, it counts.
# Needs root, and the network of packages. BUILD: where the programs are. QUIET_FINDINGS: where the findings are kept.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
# 36 is PR_SET_CHILD_SUBREAPER (include/uapi/linux/prctl.h), which execve keeps.
[ -n "${QUIET_REAPER:-}" ] || exec env QUIET_REAPER=1 python3 -c 'import ctypes, os, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])' tests/detect/quiet.sh
seconds=${QUIET_S:-3600}
n_containers=${QUIET_CONTAINERS:-50}
work=$(mktemp -d)
n=0

tidy() {
	[ -z "${runtime_pid:-}" ] || kill "$runtime_pid" 2> /dev/null
	[ -z "${dockerd_pid:-}" ] || kill "$dockerd_pid" 2> /dev/null
	wait
	awk -v dir="$work/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2> /dev/null
	rm -rf "$work"
}
trap tidy EXIT

say() { printf '%s %s\n' "$(date +%T)" "$*"; }

# ---- what is done ------------------------------------------------------------------------------

build_project() {
	git clone -q . "$work/tree" && make -s -C "$work/tree" -j2 all unit-tests > "$work/build.log" 2>&1
	rm -rf "$work/tree"
}

install_packages() {
	apt-get install -y --reinstall hello file > "$work/apt.log" 2>&1
}

make_image() {
	mkdir -p "$work/image/bin"
	cp "$(command -v busybox)" "$work/image/bin/sh"
	tar -C "$work/image" -c .
}

docker=(/usr/bin/docker -H "unix://$work/docker.sock")
podman=(podman --root "$work/podman" --runroot "$work/podman-run" --cgroup-manager cgroupfs --storage-driver vfs)
start_engines() {
	dockerd --data-root "$work/docker" --exec-root "$work/docker-exec" --pidfile "$work/docker.pid" -H "unix://$work/docker.sock" \
		--iptables=false --ip6tables=false --bridge=none --storage-driver=vfs > "$work/dockerd.log" 2>&1 &
	dockerd_pid=$!
	for _ in $(seq 100); do
		! "${docker[@]}" version > /dev/null 2>&1 || break
		sleep 0.2
	done
	make_image | "${docker[@]}" import - quiet:1 > /dev/null
	make_image | "${podman[@]}" import - quiet:1 > /dev/null 2>&1
}

run_containers() { # how-many
	local started=0
	for _ in $(seq "$1"); do
		"${docker[@]}" run --rm --network none quiet:1 sh -c "exit 0" > /dev/null 2>> "$work/docker-run.log" && started=$((started + 1))
		"${podman[@]}" run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 quiet:1 sh -c "exit 0" \
			> /dev/null 2>> "$work/podman-run.log" && started=$((started + 1))
	done
	say "containers started: $started of $((2 * $1))"
}

make_code() {
	node -e 'let s = 0; for (let i = 0; i < 3e7; i++) s += i % 7; console.log(s)' > /dev/null
	java -Xshare:auto -version > /dev/null 2>&1
	python3 -c 'import ctypes
f = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x)
sum(f(i) for i in range(1000))'
	grep -P '^a(?=b)' /etc/services > /dev/null
	perl -e 'print "" for 1 .. 1000'
}

debug_programs() {
	gdb -q -batch -ex run -ex bt /bin/true > "$work/gdb.log" 2>&1
	strace -f -o /dev/null ls / > /dev/null
	sleep 20 &
	gdb -q -batch -p $! -ex bt > "$work/gdb2.log" 2>&1
	timeout 2 strace -o /dev/null -p $! 2> /dev/null
	kill %sleep 2> /dev/null
}

# ---- the hour ----------------------------------------------------------------------------------

start_engines
"$BUILD/tracee-builder" -q build --output-dir "$work/objects" > /dev/null || exit 1
"$BUILD/tracee-runtime" --install-path "$work/objects" --output json --ready-file "$work/ready" > "$work/findings" 2> "$work/account" &
runtime_pid=$!
for _ in $(seq 100); do
	[ ! -e "$work/ready" ] || break
	sleep 0.1
done
[ -e "$work/ready" ] || { cat "$work/account"; exit 1; }
say "ready; $(grep -c ' by ' "$work/account") rules"
run_containers "$n_containers"
end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ]; do
	n=$((n + 1))
	make_code
	debug_programs
	install_packages
	build_project
	run_containers 1
	say "round $n: $(wc -l < "$work/findings") findings so far"
done
kill "$runtime_pid"
wait "$runtime_pid"
say "the runtime ended with status $?"
runtime_pid=
[ -z "${QUIET_FINDINGS:-}" ] || cp "$work/findings" "$QUIET_FINDINGS"
tail -n 1 "$work/account" | jq -c '.statistics | {generated, dropped, findings, folded, excepted, uptimeMs, cpuMs}'

# ---- what came of it ---------------------------------------------------------------------------

# The first process is the last of a line that was not cut.
# shellcheck disable=SC2016 # jq's own
is_ours='(.process.hostProcessId == $me) or any(.process.ancestors[]; .hostProcessId == $me) or (.process.ancestors[-1].hostProcessId // 0) > 1'
say "findings of others: $(jq -c --argjson me $$ "select(($is_ours) | not)" "$work/findings" | wc -l)"
# Lines: how often, rule, severity, program, what the finding is known as or how it came.
jq -r --argjson me $$ "select($is_ours)"' | [.SigMetadata.ID, .severity, (.process.executable.path // .process.name | sub("[0-9]+$"; "")),
	(.Data.known // .Data.way // .Data.call // .Data.request // "-")] | @tsv' "$work/findings" | sort | uniq -c | sort -rn > "$work/kinds"
awk -F'\t' -v kinds="$work/kinds" '
	!/^#/ && NF >= 4 { n++; rule[n] = $1; severity[n] = $2; program[n] = $3; why[n] = $4 }
	END {
		while ((getline line < kinds) > 0) {
			split(line, field, "\t")
			split(field[1], head, " ")
			found = "NOT JUSTIFIED"
			for (i = 1; i <= n; i++) {
				if (head[2] == rule[i] && field[2] <= severity[i] && field[3] ~ "^(" program[i] ")$") {
					found = why[i]
					break
				}
			}
			bad += found == "NOT JUSTIFIED"
			printf "%6d  %s  severity %s  %s (%s): %s\n", head[1], head[2], field[2], field[3], field[4], found
		}
		exit bad > 0
	}' tests/detect/quiet.tsv
