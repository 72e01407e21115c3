#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Containers of Docker and podman, started here, in the events: which container each came from. Both keep all they
# have below $T/host, where it lies as on a host of its own; a Docker daemon of its own runs for each test. Needs root
# and a kernel that loads BPF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
n_tests=13
require_bpf $n_tests

# ---- the two -----------------------------------------------------------------------------------

# Words of every command, once start_engine() has run.
engine=()

tidy() {
	[ ${#engine[@]} -eq 0 ] || [ "${engine[0]}" = ctr ] || "${engine[@]}" ps -aq | xargs -r "${engine[@]}" rm -f > /dev/null 2>&1 || true
	[ -z "${daemon:-}" ] || { kill "$daemon" && wait "$daemon"; } 2> /dev/null || true
	# Mounts of containers that ended the hard way.
	awk -v dir="$T/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2> /dev/null || true
}

await_daemon() { # name
	for _ in $(seq 150); do
		! "${engine[@]}" version > /dev/null 2>&1 || return 0
		kill -0 "$daemon" 2> /dev/null || break
		sleep 0.2
	done
	fail "$1 does not start: $(tail -n 5 "$T/$1.log")"
}

start_docker() {
	# The client may come from elsewhere; that of the package knows this daemon.
	engine=(/usr/bin/docker -H "unix://$T/docker.sock")
	dockerd --data-root "$T/host/var/lib/docker" --exec-root "$T/docker-exec" --pidfile "$T/docker.pid" -H "unix://$T/docker.sock" \
		--iptables=false --ip6tables=false --bridge=none --storage-driver=vfs > "$T/dockerd.log" 2>&1 &
	daemon=$!
	await_daemon dockerd
}

start_podman() {
	engine=(podman --root "$T/host/var/lib/containers/storage" --runroot "$T/host/run/containers/storage" --cgroup-manager cgroupfs --storage-driver vfs)
}

# Without its part for Kubernetes, which takes a kubelet to be used: the tests make the annotations that it would.
start_containerd() {
	engine=(ctr --address "$T/containerd.sock" --namespace k8s.io)
	printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' > "$T/containerd.toml"
	containerd --config "$T/containerd.toml" --address "$T/containerd.sock" --root "$T/containerd" \
		--state "$T/host/run/containerd" > "$T/containerd.log" 2>&1 &
	daemon=$!
	await_daemon containerd
}

# Nothing but busybox.
make_tree() {
	mkdir -p "$T/image/bin"
	cp "$(command -v busybox)" "$T/image/bin/"
	for name in sh cat sleep; do ln -s busybox "$T/image/bin/$name"; done
}

start_engine() {
	begin
	"start_$engine_name"
	make_tree
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

# The same with names: `NAME|container-name|image`.
seen_names() {
	jq -r '"|\(.containerName)|\(.containerImage)" as $names | .args[] | select(.name == "pathname").value |
		select(test("/x-[a-z]+$")) | "\(sub(".*/x-"; ""))\($names)"' "$T/out" | sort -u
}

tells_name_and_image() {
	local id
	start_engine
	trace_opens --output option:container-names --output "host-root:$T/host"
	id=$(container --name "test-web-$engine_name")
	look_inside "$id" inside
	cat "$T/x-host" 2> /dev/null || true
	"${engine[@]}" rename "test-web-$engine_name" another
	look_inside "$id" later
	stop
	expect_equal "$(printf '%s\n' 'host||' "inside|test-web-$engine_name|$(image)" "later|test-web-$engine_name|$(image)" | sort)" \
		"$(seen_names)"
}

# As the engine has it: podman adds where it is from.
image() {
	case $engine_name in docker) echo tracee-test:1 ;; podman) echo localhost/tracee-test:1 ;; esac
}

# When it ends the engine takes its files away.
does_not_miss_short_ones() {
	start_engine
	trace_opens --output option:container-names --output "host-root:$T/host"
	"${engine[@]}" run --rm --name short --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 tracee-test:1 cat /x-short 2> /dev/null || true
	stop
	expect_equal "short|short|$(image)" "$(seen_names)"
}

tells_what_kubernetes_says() {
	local id
	id=$(printf '%064x' $$)
	begin
	start_containerd
	make_tree
	trace_opens --output option:container-names --output "host-root:$T/host"
	"${engine[@]}" run --rm --rootfs --annotation io.kubernetes.cri.container-name=web \
		--annotation io.kubernetes.cri.image-name=docker.io/library/web:1 "$T/image" "$id" /bin/cat /x-inside 2> /dev/null || true
	stop
	# Its own programs do not see the file.
	expect_equal "inside|web|docker.io/library/web:1" "$(seen_names)"
	expect_equal "$id inside" "$(seen)"
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
tells_name_and_image option:container-names tells name and image, and none on the host
does_not_miss_short_ones a container that ends at once and is removed has its name
END
done
if ! command -v containerd > /dev/null || ! command -v ctr > /dev/null || ! busybox true 2> /dev/null; then
	skip "containerd: option:container-names tells what Kubernetes says" "there is no containerd with ctr, or no busybox"
else
	run "containerd: option:container-names tells what Kubernetes says" tells_what_kubernetes_says
fi
finish
