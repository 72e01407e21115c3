#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# demo.sh BUILD OBJECTS: what `make demo` shows, after the object was made: events of real processes,
# and a finding. Harmless: it lists a directory and traces `true` with strace.
set -eu
build=$1 objects=$2

object=$("$build"/tracee-builder build --output-dir "$objects")
scratch=$(mktemp -d)
trap 'kill $pid 2> /dev/null || true; rm -rf "$scratch"' EXIT
pid=

say() {
	printf '\n--- %s\n' "$*"
}

say "the object for this kernel"
ls -l "$object"
"$build"/tracee-builder inspect "$object" | head -n 24

if [ "$(id -u)" -ne 0 ]; then
	sudo=sudo
	say "tracing needs privileges: the runtime is started with sudo"
else
	sudo=
fi

say "tracee-runtime --trace event=execve,openat --rules TRC-2, for a moment"
$sudo env TRACEE_BPF_FILE="$object" "$build"/tracee-runtime --trace event=execve,openat --rules TRC-2 \
	--ready-file "$scratch/ready" > "$scratch/out" 2> "$scratch/err" &
pid=$!
for _ in $(seq 100); do
	[ ! -e "$scratch/ready" ] || break
	kill -0 $pid 2> /dev/null || { cat "$scratch/err" >&2; wait $pid; }
	sleep 0.1
done
[ -e "$scratch/ready" ] || { echo "demo: the runtime was not ready within 10 s" >&2; cat "$scratch/err" >&2; exit 1; }
ls / > /dev/null
strace -o /dev/null true
sleep 0.5
kill -TERM $pid
wait $pid
pid=

head -n 1 "$scratch/out"
grep -E ' (ls|true|strace) ' "$scratch/out" | head -n 12
say "the finding"
grep -A 7 'Detection' "$scratch/out"
say "how it ended"
tail -n 3 "$scratch/err"
