#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Containers of Docker and podman, started here, in the events: which container each came from. Both keep all they
# have in the directory of the test; a Docker daemon of its own runs for each test. Needs root and a kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
n_tests=8
require_bpf $n_tests

# ---- the two -----------------------------------------------------------------------------------

# Words of every command, once start_engine() has run.
engine=()

tidy() {
	[ ${#engine[@]} -eq 0 ] || "${engine[@]}" ps -aq | xargs -r "${engine[@]}" rm -f > /dev/null 2>&1 || true
	[ -z "${daemon:-}" ] || { kill "$daemon" && wait "$daemon"; } 2> /dev/null || true
	# Mounts of containers that ended the hard way.
	awk -v dir="$T/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2> /dev/null || true
}

start_docker() {
	# The client may come from elsewhere; that of the package knows this daemon.
	engine=(/usr/bin/docker -H "unix://$T/docker.sock")
	dockerd --data-root "$T/docker" --exec-root "$T/docker-exec" --pidfile "$T/docker.pid" -H "unix://$T/docker.sock" \
		--iptables=false --ip6tables=false --bridge=none --storage-driver=vfs > "$T/dockerd.log" 2>&1 &
	daemon=$!
	for _ in $(seq 150); do
		! "${engine[@]}" version > /dev/null 2>&1 || return 0
		kill -0 $daemon 2> /dev/null || break
		sleep 0.2
	done
	fail "dockerd does not start: $(tail -n 5 "$T/dockerd.log")"
}

start_podman() {
	engine=(podman --root "$T/podman" --runroot "$T/podman-run" --cgroup-manager cgroupfs --storage-driver vfs)
}

# An image with nothing in it but busybox.
start_engine() {
	begin
	"start_$engine_name"
	mkdir -p "$T/image/bin"
	cp "$(command -v busybox)" "$T/image/bin/"
	for name in sh cat sleep; do ln -s busybox "$T/image/bin/$name"; done
	tar -C "$T/image" -c . | "${engine[@]}" import - tracee-test:1 > /dev/null 2> "$T/import.log" ||
		fail "the image is not made: $(< "$T/import.log")"
}

# Runs a container in the background that waits; prints its whole id.
container() { # option...
	"${engine[@]}" run -d --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "$@" tracee-test:1 sleep 600
}

look_inside() { # container name
	"${engine[@]}" exec "$1" cat "/x-$2" 2> /dev/null || true
}

# `container-id name` of each file /x-NAME, or $T/x-NAME, that was opened.
seen() {
	jq -r '.containerId as $id | .args[] | select(.name == "pathname").value | select(test("/x-[a-z]+$")) |
		"\($id) \(sub(".*/x-"; ""))"' "$T/out" | sort -u
}

trace_opens() { # option...
	start --trace event=open,openat --output json "$@"
}

# ---- tests -------------------------------------------------------------------------------------

# Of two containers, what is executed in one, and the host.
names_them() {
	local one two
	start_engine
	one=$(container)
	trace_opens
	two=$(container)
	look_inside "$one" first
	look_inside "$two" second
	cat "$T/x-host" 2> /dev/null || true
	stop
	[ ${#one} -eq 64 ] || fail "'$one' is not the id of a container"
	expect_equal "$(printf '%s\n' " host" "$one first" "$two second" | sort)" "$(seen)"
}

# With the host's pid namespace only the cgroup tells.
names_those_with_the_hosts_pids() {
	local one
	start_engine
	one=$(container --pid=host)
	trace_opens --trace container
	look_inside "$one" inside
	cat "$T/x-host" 2> /dev/null || true
	stop
	expect_equal "$one inside" "$(seen)"
}

chooses_them() {
	local one two
	start_engine
	one=$(container) two=$(container)
	trace_opens --trace "container=${two:0:12}"
	look_inside "$one" first
	look_inside "$two" second
	cat "$T/x-host" 2> /dev/null || true
	stop
	expect_equal "$two second" "$(seen)"
	trace_opens --trace '!container'
	look_inside "$one" first
	cat "$T/x-host" 2> /dev/null || true
	stop
	expect_equal " host" "$(seen)"
}

knows_new_ones() {
	local old new
	start_engine
	old=$(container)
	trace_opens --trace container=new
	new=$(container)
	look_inside "$old" old
	look_inside "$new" new
	cat "$T/x-host" 2> /dev/null || true
	stop
	expect_equal "$new new" "$(seen)"
	trace_opens --trace container!=new
	new=$(container)
	look_inside "$old" old
	look_inside "$new" new
	stop
	expect_equal "$old old" "$(seen)"
}

for engine_name in docker podman; do
	what=
	[ -x "/usr/bin/$engine_name" ] || what="$engine_name is not installed"
	[ $engine_name = podman ] || command -v dockerd > /dev/null || what="dockerd is not installed"
	busybox true 2> /dev/null || what="there is no busybox"
	while read -r function sentence; do
		if [ -n "$what" ]; then
			skip "$engine_name: $sentence" "$what"
		else
			run "$engine_name: $sentence" "$function" < /dev/null
		fi
	done << 'END'
names_them each event names its container, whole, and none on the host
names_those_with_the_hosts_pids a container that shares the host's pid namespace is known by its cgroup
chooses_them container=ID and !container choose
knows_new_ones container=new and container!=new tell those from after the start
END
done
finish
