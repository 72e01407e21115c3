#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The images, made on a base that debootstrap makes here, and run by a Docker daemon of our own and by podman, with all they have
# below $BUILD/images. Needs root, docker, podman, debootstrap, a mirror of Debian, and a kernel that loads BPF and has BTF.
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
# shellcheck source=tests/cli/real_tree.sh
source tests/cli/real_tree.sh
n_tests=$((40 + $(grep -c '^image.docker' tests/docs/commands.tsv)))
require_bpf $n_tests
unset TRACEE_WEBHOOK_CONFIG TRACEE_READY_FILE KERN_HEADERS KERN_ROOT
for tool in dockerd podman debootstrap; do
	command -v $tool > /dev/null && continue
	for _ in $(seq $n_tests); do skip "images" "$tool is not installed"; done
	finish
done

# ---- the engines ---------------------------------------------------------------------------------

place=$BUILD/images
mkdir -p "$place"
docker=(/usr/bin/docker -H "unix://$place/docker.sock")
podman=(podman --root "$place/podman" --runroot "$place/podman-run" --cgroup-manager cgroupfs)
# What podman wants where limits are low.
podman_run=(run --rm --ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
version=$(< VERSION)
running=$(uname -r)
object_file=tracee.bpf.${running//./_}.${version//./_}.o

end_engines() {
	"${docker[@]}" ps -aq 2> /dev/null | xargs -r "${docker[@]}" rm -f > /dev/null 2>&1
	"${podman[@]}" rm -fa > /dev/null 2>&1
	[ -z "${daemon:-}" ] || { kill "$daemon" && wait "$daemon"; } 2> /dev/null
	awk -v dir="$place/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2> /dev/null
	rm -rf "$place/docker" "$place/docker-exec" "$place/podman" "$place/podman-run"
}
trap end_engines EXIT

start_docker() {
	local _
	dockerd --data-root "$place/docker" --exec-root "$place/docker-exec" --pidfile "$place/docker.pid" -H "unix://$place/docker.sock" \
		--iptables=false --ip6tables=false --bridge=none > "$place/dockerd.log" 2>&1 &
	daemon=$!
	for _ in $(seq 150); do
		! "${docker[@]}" version > /dev/null 2>&1 || return 0
		sleep 0.2
	done
	return 1
}

images_are_made() {
	[ -s "$place/base.tar" ] || ci/base-image.sh "$place/base.tar"
	"${docker[@]}" import "$place/base.tar" tracee-base:test > /dev/null
	make --no-print-directory images CMD_DOCKER="${docker[*]}" OUT_DOCKER=tracee BASE_IMAGE=tracee-base:test DOCKER_BUILD_FLAGS='--network host'
	"${docker[@]}" save tracee:latest tracee:slim tracee-builder:latest | "${podman[@]}" load
}

in_docker() { # option... image word...
	"${docker[@]}" run --rm --network none "$@"
}

# The same tests with both: what they are started with. Docker of Debian 12 knows neither CAP_BPF nor CAP_PERFMON; podman's images have
# a host's name in front, and their health checks need systemd.
use() { # engine
	case $1 in
	docker) engine=("${docker[@]}") options=() caps=(--cap-drop ALL --cap-add SYS_ADMIN) no_copy='' from='' ;;
	podman)
		engine=("${podman[@]}")
		options=(--ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --no-healthcheck --read-only-tmpfs=false)
		caps=(--cap-drop all --cap-add BPF --cap-add PERFMON --security-opt seccomp=images/seccomp.json)
		no_copy=,notmpcopyup # otherwise what is below is copied into it
		from=localhost/
		;;
	esac
}

# Kept until it is removed, so that its status can be asked for.
start_container() { # name option... image word...
	local name=$1
	shift
	"${engine[@]}" rm -f "$name" > /dev/null 2>&1 || true
	"${engine[@]}" run -d --name "$name" --network none "${options[@]}" "$@" > /dev/null
}

status_of() { "${engine[@]}" inspect -f '{{.State.ExitCode}}' "$1"; }
logs_of() { "${engine[@]}" logs "$1" 2>&1; }
is_over() { [ "$("${engine[@]}" inspect -f '{{.State.Running}}' "$1")" = false ]; }
is_healthy() { "${engine[@]}" exec "$1" /tracee/tracee health; }

await() { # seconds command...
	local tries=$(($1 * 10))
	shift
	for _ in $(seq $tries); do
		! "$@" > /dev/null 2>&1 || return 0
		sleep 0.1
	done
	fail "this did not come true: $*; $(logs_of under-test | tail -n 20)"
}

builders_caps=(--cap-add CHOWN --cap-add SETUID --cap-add SETGID)

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# ---- what is in them -----------------------------------------------------------------------------

size_of() { "${docker[@]}" image inspect -f '{{.Size}}' "$1"; }

sizes_are_kept() {
	local slim full runtime
	slim=$(size_of tracee:slim) full=$(size_of tracee:latest)
	runtime=$(in_docker --entrypoint stat tracee:latest -c %s /tracee/tracee-runtime)
	echo "slim $slim bytes, full $full bytes, tracee-runtime $runtime bytes" | tee "$place/sizes"
	[ "$slim" -le $((12 << 20)) ] && [ "$runtime" -le $((4 << 20)) ] && [ "$full" -le $((350 * 1000 * 1000)) ]
}

slim_holds_ours_alone() {
	local id
	id=$("${docker[@]}" create tracee:slim)
	"${docker[@]}" export "$id" | tar -t | grep -vE '/$|^(\.dockerenv|dev/|etc/|proc/|sys/)' | sort > "$T/files"
	"${docker[@]}" rm "$id" > /dev/null
	expect_equal "tracee/licenses/Apache-2.0.txt
tracee/licenses/GPL-2.0-only.txt
tracee/licenses/LICENSE
tracee/tracee
tracee/tracee-runtime
tracee/tracee.bpf.core.${version//./_}.o" "$(< "$T/files")"
}

labels_tell_what_they_are() {
	expect_equal "$version tracee" "$("${docker[@]}" image inspect -f '{{index .Config.Labels "org.opencontainers.image.version"}} {{index .Config.Labels "org.opencontainers.image.title"}}' "tracee:slim-$version")"
	expect_equal "65534:65534" "$("${docker[@]}" image inspect -f '{{.Config.User}}' tracee-builder)"
}

# ---- the quick start -----------------------------------------------------------------------------

first_start_makes_second_finds() {
	local started first second host_cgroups=(--cgroupns=host)
	mkdir -m 755 "$T/tracee"
	started=$(now_ms)
	start_container under-test --pid=host "${host_cgroups[@]}" "${caps[@]}" "${builders_caps[@]}" -v /lib/modules:/lib/modules:ro -v /usr/src:/usr/src:ro \
		-v "$T/tracee:/tmp/tracee" "${from}tracee:latest" --rules TRC-2 --output json
	await 60 is_healthy under-test
	first=$(($(now_ms) - started))
	expect_in "tracee: making '$object_file'" "$(logs_of under-test)"
	"$BUILD/tracee-simulate" ADB-01 > /dev/null
	await 10 eval 'logs_of under-test | grep -q "\"ID\":\"TRC-2\""'
	"${engine[@]}" stop under-test > /dev/null
	expect_equal 0 "$(status_of under-test)"
	[ -s "$T/tracee/$object_file" ]
	started=$(now_ms)
	start_container under-test --pid=host "${host_cgroups[@]}" "${caps[@]}" "${builders_caps[@]}" -v "$T/tracee:/tmp/tracee" "${from}tracee:latest" --rules TRC-2 --output json
	await 60 is_healthy under-test
	second=$(($(now_ms) - started))
	case $(logs_of under-test) in *making*) fail "it is made again" ;; esac
	"${engine[@]}" rm -f under-test > /dev/null
	echo "${engine[0]##*/}: ready after $first ms, and after $second ms with the object there" > "$place/times"
}

# Both start on one directory, and one makes the object for both.
two_at_once_make_one() {
	local name made=0
	mkdir -m 755 "$T/tracee"
	for name in under-test under-test-too; do
		start_container $name "${caps[@]}" "${builders_caps[@]}" -v "$T/tracee:/tmp/tracee" tracee:latest --output json &
	done
	wait
	for name in under-test under-test-too; do
		await 60 is_healthy $name
		! logs_of $name | grep -q '^tracee: made in' || made=$((made + 1))
	done
	"${engine[@]}" stop under-test under-test-too > /dev/null
	expect_equal "0 0 1" "$(status_of under-test) $(status_of under-test-too) $made"
	expect_equal "$object_file" "$(ls "$T/tracee")"
}

full_lists_and_checks_without_privileges() {
	capture in_docker --cap-drop ALL --user 1000 tracee:latest --list
	expect_status 0
	expect_in "TRC-7" "$out"
	capture in_docker --cap-drop ALL --user 1000 tracee:latest trace --help
	expect_status 0
	capture in_docker --cap-drop ALL --user 1000 tracee:latest
	expect_status 5
	expect_in "CAP_BPF and CAP_PERFMON" "$err"
	mkdir -m 777 "$T/out"
	capture in_docker --cap-drop ALL --user 1000:1000 -v "$T/out:/out" tracee:latest build --output-dir /out
	expect_status 0
	expect_equal 1000 "$(stat -c %u "$T/out/$object_file")"
}

# ---- slim ----------------------------------------------------------------------------------------

make_object_for_slim() {
	[ -d "$T/objects" ] || mkdir -m 755 "$T/objects"
	"$builder" -q build --output-dir "$T/objects" > /dev/null
	chmod 755 "$T"
}

slim_traces() { # option...
	start_container under-test "${caps[@]}" --read-only --tmpfs /run/tracee "$@" "${from}tracee:slim" --rules TRC-2 --output json
	await 20 is_healthy under-test
	"${engine[@]}" stop under-test > /dev/null
	expect_equal 0 "$(status_of under-test)"
}

slim_takes_a_directory() {
	make_object_for_slim
	slim_traces -v "$T/objects:/tmp/tracee:ro"
	expect_in "object '/tmp/tracee/$object_file'" "$(logs_of under-test)"
}

slim_takes_a_file() {
	make_object_for_slim
	slim_traces -v "$T/objects/$object_file:/objects/any.o:ro" -e TRACEE_BPF_FILE=/objects/any.o
	expect_in "object '/objects/any.o'" "$(logs_of under-test)"
}

slim_takes_a_file_in_a_directory() {
	make_object_for_slim
	slim_traces -v "$T/objects/$object_file:/objects/$object_file:ro" -e TRACEE_BPF_FILE=/objects
	expect_in "object '/objects/$object_file'" "$(logs_of under-test)"
}

slim_takes_what_is_inside() {
	slim_traces
	expect_in "object '/tracee/tracee.bpf.core.${version//./_}.o'" "$(logs_of under-test)"
}

# As an init container does: into a volume that is everyone's.
slim_takes_an_image_of_objects() {
	make_object_for_slim
	make --no-print-directory image-objects CMD_DOCKER="${docker[*]}" OUT_DOCKER=tracee BASE_IMAGE=tracee-base:test OUT_DIR="$T/objects" DOCKER_BUILD_FLAGS='--network host'
	mkdir -m 777 "$T/volume"
	[ -z "$from" ] || "${docker[@]}" save tracee-objects | "${podman[@]}" load > /dev/null
	"${engine[@]}" run --rm --network none "${options[@]}" --cap-drop ALL --read-only -v "$T/volume:/to" "${from}tracee-objects"
	slim_traces -v "$T/volume:/objects:ro" -e TRACEE_BPF_FILE=/objects/tracee
	expect_in "object '/objects/tracee/$object_file'" "$(logs_of under-test)"
}

# On a kernel without BTF there is nothing inside that could be taken either.
slim_says_what_is_missing() {
	local started took
	start_container under-test "${caps[@]}" --mount "type=tmpfs,destination=/sys/kernel/btf$no_copy" "${from}tracee:slim"
	await 10 is_over under-test
	expect_equal 3 "$(status_of under-test)"
	expect_in "no object '$object_file' in '/tracee', '/tmp/tracee', '/usr/lib/tracee'" "$(logs_of under-test)"
	expect_in "make bpf DOCKER=1 KERN_RELEASE=$running" "$(logs_of under-test)"
	took=$("${engine[@]}" inspect -f '{{.State.StartedAt}} {{.State.FinishedAt}}' under-test | { read -r a b; echo $((($(date -d "$b" +%s%N) - $(date -d "$a" +%s%N)) / 1000000)); })
	[ "$took" -lt 1000 ] || fail "it took $took ms"
}

# Everything that both images call is in it, and of what others need little.
slim_runs_with_the_profile() {
	[ -n "$from" ] && slim_traces || slim_traces --security-opt seccomp=images/seccomp.json # podman has it anyway
}

full_runs_with_the_profile() {
	mkdir -m 777 "$T/out"
	capture in_docker --cap-drop ALL --security-opt seccomp=images/seccomp.json -v "$unpacked/usr/src:/usr/src:ro" -v "$T/out:/out" "${from}tracee:latest" build \
		--kernel "$release" --headers "/usr/src/$build_name" --headers "/usr/src/$source_name" --output-dir /out
	expect_status 0
	mkdir -m 755 "$T/tracee"
	start_container under-test "${caps[@]}" "${builders_caps[@]}" --security-opt seccomp=images/seccomp.json -v "$T/tracee:/tmp/tracee" "${from}tracee:latest" --output json
	await 60 is_healthy under-test
	"${engine[@]}" stop under-test > /dev/null
	expect_equal 0 "$(status_of under-test)"
	! in_docker --security-opt seccomp=images/seccomp.json --entrypoint mount "${from}tracee:latest" -t tmpfs x /mnt > /dev/null 2>&1
}

# ---- the end -------------------------------------------------------------------------------------

start_slim() {
	start_container under-test "${caps[@]}" --cap-add KILL "${from}tracee:slim" --rules TRC-2 --output json
	await 20 is_healthy under-test
}

stop_is_quick() {
	local started
	start_slim
	started=$(now_ms)
	"${engine[@]}" stop under-test > /dev/null
	[ $(($(now_ms) - started)) -le 2000 ] || fail "docker stop took $(($(now_ms) - started)) ms"
	expect_equal 0 "$(status_of under-test)"
	expect_in '"final":true' "$(logs_of under-test)"
}

front_door() { "${engine[@]}" inspect -f '{{.State.Pid}}' under-test; }

a_killed_runtime_ends_the_container() {
	start_slim
	kill -KILL "$(pgrep -P "$(front_door)" -x tracee-runtime)"
	await 5 is_over under-test
	expect_equal 137 "$(status_of under-test)"
	expect_in "was ended by signal 9" "$(logs_of under-test)"
}

a_killed_front_door_ends_the_container() {
	start_slim
	kill -KILL "$(front_door)"
	await 5 is_over under-test
	expect_equal 137 "$(status_of under-test)"
}

# ---- podman, and the least privilege -------------------------------------------------------------

in_podman() { # option... image word...
	"${podman[@]}" "${podman_run[@]}" --network none "$@"
}

# As user 1000 with two capabilities. The file system is read-only.
podman_traces_as_anybody() {
	make_object_for_slim
	"${podman[@]}" rm -f under-test > /dev/null 2>&1 || true
	in_podman --name under-test --user 1000:1000 --cap-drop all --cap-add BPF,PERFMON --security-opt no-new-privileges --security-opt seccomp=unconfined \
		--read-only --read-only-tmpfs=false --tmpfs /run/tracee:mode=1777 -v "$T/objects:/tmp/tracee:ro" \
		localhost/tracee:slim --rules TRC-2 --output json > "$T/out" 2> "$T/err" &
	local client=$! status=0
	for _ in $(seq 200); do ! "${podman[@]}" exec under-test /tracee/tracee health 2> /dev/null || break; sleep 0.1; done
	"${podman[@]}" exec under-test /tracee/tracee health
	"$BUILD/tracee-simulate" ADB-01 > /dev/null
	sleep 0.5
	"${podman[@]}" stop under-test > /dev/null
	wait $client || status=$?
	expect_equal 0 $status
	jq -e 'select(.SigMetadata.ID == "TRC-2")' "$T/out" > /dev/null || fail "nothing was found: $(< "$T/err")"
}

podman_names_what_is_missing() {
	local missing
	for missing in BPF PERFMON; do
		capture in_podman --user 1000:1000 --cap-drop all --cap-add "$([ $missing = BPF ] && echo PERFMON || echo BPF)" --security-opt seccomp=unconfined localhost/tracee:slim
		expect_status 5
		expect_in "and we lack CAP_$missing:" "$err"
		expect_equal 1 "$(grep -c ^tracee "$T/.err")" # the others are podman's own
	done
}

podman_makes_objects_too() {
	mkdir -m 755 "$T/tracee"
	capture timeout 60 "${podman[@]}" "${podman_run[@]}" --network none --cap-drop all --cap-add BPF,PERFMON,CHOWN,SETUID,SETGID --security-opt seccomp=unconfined \
		-v "$T/tracee:/tmp/tracee" localhost/tracee:latest build
	expect_status 0
	[ -s "$T/tracee/$object_file" ]
}

# ---- the release ---------------------------------------------------------------------------------

release_is_made() {
	local one
	mkdir "$T/out"
	make --no-print-directory release O="$BUILD" OUT_DIR="$T/out" CMD_DOCKER="${docker[*]}" OUT_DOCKER=tracee BASE_IMAGE=tracee-base:test DOCKER_BUILD_FLAGS='--network host'
	(cd "$T/out/release" && sha256sum -c checksums.txt)
	expect_equal 3 "$(wc -l < "$T/out/release/checksums.txt")"
	one=$(ls "$T/out/release/tracee-$version-"*64.tar.gz)
	tar -tf "$one" | sed 's|^[^/]*/||' > "$T/list"
	for file in bin/tracee bin/tracee-runtime bin/tracee-builder share/man/man1/tracee.1 share/tracee/kubernetes/daemonset-slim.yaml LICENSE; do
		grep -qx "$file" "$T/list" || fail "the archive has no '$file'"
	done
	make --no-print-directory release-archive O="$BUILD" OUT_DIR="$T/again"
	cmp "$one" "$T/again/release/$(basename "$one")"
	"${docker[@]}" load -i "$T/out/release/tracee-$version-image-slim.tar.gz"
}

# ---- make bpf DOCKER=1 ---------------------------------------------------------------------------

# As another user than root, who may use Docker: the object is that user's.
bpf_in_container() { # variable...
	chmod 666 "$place/docker.sock"
	[ -d "$T/dist" ] || mkdir -m 777 "$T/dist"
	chmod 755 "$T"
	setpriv --reuid 1000 --regid 1000 --clear-groups make --no-print-directory bpf DOCKER=1 DOCKER_BUILDER=tracee-builder CMD_DOCKER="${docker[*]}" \
		OUT_DIR="$T/dist" KERN_RELEASE="$release" "$@" > "$T/made" 2> "$T/err"
}

expect_same_object() {
	local made reference
	made=$(tail -n 1 "$T/made")
	expect_equal 1000 "$(stat -c %u "$made")"
	reference=$("$builder" -q build --headers "$unpacked/usr/src/$build_name" --headers "$unpacked/usr/src/$source_name" --output-dir "$T/reference")
	cmp "$made" "$reference"
}

# A root whose module directory has links to the two halves.
make_links() { # where
	make_root "$T/root"
	ln -s "$1/$build_name" "$T/root/lib/modules/$release/build"
	ln -s "$1/$source_name" "$T/root/lib/modules/$release/source"
}

bpf_of_absolute_links() {
	make_links /usr/src
	KERN_ROOT=$T/root bpf_in_container
	expect_same_object
	expect_in "bpf: headers /usr/src/$build_name" "$(< "$T/err")"
}

bpf_of_relative_links() {
	make_links ../../../usr/src
	KERN_ROOT=$T/root bpf_in_container
	expect_same_object
}

bpf_of_a_tree_elsewhere() {
	mkdir "$T/elsewhere"
	copy_tree "$unpacked/usr/src/$build_name" "$T/elsewhere/$build_name"
	copy_tree "$unpacked/usr/src/$source_name" "$T/elsewhere/$source_name"
	bpf_in_container KERN_HEADERS="$T/elsewhere/$build_name:$T/elsewhere/$source_name"
	expect_same_object
}

bpf_with_podman() {
	local made reference
	mkdir "$T/dist"
	make_links /usr/src
	RUN_FLAGS='--ulimit nofile=1024:1024 --ulimit nproc=1024:1024' KERN_ROOT=$T/root make --no-print-directory bpf DOCKER=1 DOCKER_BUILDER=localhost/tracee-builder \
		CMD_DOCKER="${podman[*]}" OUT_DIR="$T/dist" KERN_RELEASE="$release" > "$T/made"
	made=$(tail -n 1 "$T/made")
	reference=$("$builder" -q build --headers "$unpacked/usr/src/$build_name" --headers "$unpacked/usr/src/$source_name" --output-dir "$T/reference")
	cmp "$made" "$reference"
}

bpf_of_a_dangling_link() {
	local status=0
	make_links /opt/none
	rm -r "$T/root/usr/src"
	KERN_ROOT=$T/root bpf_in_container || status=$?
	[ $status -ne 0 ]
	expect_in "leads by the link" "$(< "$T/err")"
	expect_in "-v /opt/none:" "$(< "$T/err")"
	expect_equal "" "$(ls "$T/dist")"
}

# What fails in the container fails here.
bpf_into_a_closed_directory() {
	local status=0
	make_links /usr/src
	mkdir -m 755 "$T/dist"
	KERN_ROOT=$T/root bpf_in_container || status=$?
	[ $status -ne 0 ] || fail "status 0: $(< "$T/made")"
	expect_in "Permission denied" "$(< "$T/err")"
}

# Without the source half, which the build half is nothing without: what is missing is in another package.
bpf_of_half_a_tree() {
	local status=0
	make_links /usr/src
	rm -r "$T/root/usr/src/$source_name"
	KERN_ROOT=$T/root bpf_in_container || status=$?
	[ $status -ne 0 ]
	expect_in "$source_name" "$(< "$T/err")"
}

# ---- what the documents say ----------------------------------------------------------------------

# Debian 12's Docker does not know some capabilities, and --privileged may be refused where we are: CAP_SYS_ADMIN stands for both.
# A container that goes on is stopped after a moment, and then ends with 0. Those with make have tests of their own above.
documented_command() {
	local command=$text status=0
	[ -d "$T/dist" ] || mkdir -m 755 "$T/dist" "$T/tracee"
	chmod 755 "$T"
	"$builder" -q build --output-dir "$T/dist" > /dev/null
	cp "$T/dist/$object_file" "$T/tracee/"
	command=${command//--privileged/--cap-add SYS_ADMIN}
	command=${command//--cap-add BPF --cap-add PERFMON/--cap-add SYS_ADMIN}
	command=${command//-v \/tmp\/tracee:/-v $T/tracee:}
	command=${command//\$PWD\/dist/$T/dist}
	command=$(sed -E "s/tracee\.bpf\.6_1_0-[0-9]+-amd64\.[0-9_]+\.o/$object_file/" <<< "$command")
	command=${command/docker run/${docker[*]} run --name documented --network none}
	timeout -s TERM 4 bash -c "exec $command" > "$T/out" 2> "$T/err" || status=$?
	# Stopped by us: what the container ended with does not come through.
	[ $status -ne 124 ] || { status=0; grep -q "^tracee-runtime: object" "$T/err" || fail "it did not trace: $(tail -n 5 "$T/err")"; }
	"${docker[@]}" rm -f documented > /dev/null 2>&1 || true
	[ $status -eq "$expected" ] || fail "status $status, expected $expected: $command: $(tail -n 5 "$T/err")"
}

if ! start_docker; then
	for _ in $(seq $n_tests); do skip "images" "dockerd does not start: $(tail -n 1 "$place/dockerd.log")"; done
	finish
fi
real_tree_fetch 6.1
bad=$tap_bad
run "the images are made, on a base of our own" images_are_made
if [ "$tap_bad" -gt "$bad" ]; then finish; fi
run "sizes: slim at most 12 MiB, the runtime 4 MiB, full 350 MB" sizes_are_kept
echo "# $(cat "$place/sizes")"
run "slim holds our programs, the core object and licences alone" slim_holds_ours_alone
run "labels and users are what they should be" labels_tell_what_they_are
use docker
run "full lists, explains and builds without privileges" full_lists_and_checks_without_privileges
run "two that start at once make one object" two_at_once_make_one
run "full runs with the profile of system calls, and makes objects from headers and BTF" full_runs_with_the_profile
for name in docker podman; do
	use $name
	run "$name: full makes the object when it starts first, and finds it the second time" first_start_makes_second_finds
	echo "# $(cat "$place/times" 2> /dev/null)"
	run "$name: slim takes a directory at /tmp/tracee" slim_takes_a_directory
	run "$name: slim takes a file that TRACEE_BPF_FILE names" slim_takes_a_file
	run "$name: slim takes a file in a directory that TRACEE_BPF_FILE names" slim_takes_a_file_in_a_directory
	run "$name: slim takes the object inside, where the kernel has BTF" slim_takes_what_is_inside
	run "$name: slim takes what an image of objects brings" slim_takes_an_image_of_objects
	run "$name: slim without an object ends with 3 within a second, and says what is missing" slim_says_what_is_missing
	run "$name: slim runs with the profile of system calls" slim_runs_with_the_profile
	run "$name: stopping takes less than 2 s, and the account is there" stop_is_quick
	run "$name: a runtime that is killed ends the container with 137" a_killed_runtime_ends_the_container
	run "$name: a front door that is killed ends the container with 137" a_killed_front_door_ends_the_container
done
run "podman: user 1000 with two capabilities traces" podman_traces_as_anybody
run "podman: each capability that is missing is named, in one line" podman_names_what_is_missing
run "podman: the full image makes objects" podman_makes_objects_too
run "make release: archives with checksums, the same every time" release_is_made
run "make bpf DOCKER=1: absolute links" bpf_of_absolute_links
run "make bpf DOCKER=1: relative links" bpf_of_relative_links
run "make bpf DOCKER=1: a tree that lies elsewhere" bpf_of_a_tree_elsewhere
run "make bpf DOCKER=1 CMD_DOCKER=podman" bpf_with_podman
run "make bpf DOCKER=1: a dangling link is told" bpf_of_a_dangling_link
run "make bpf DOCKER=1: a directory that cannot be written to is told" bpf_into_a_closed_directory
run "make bpf DOCKER=1: half a tree is told" bpf_of_half_a_tree
while IFS=$'\t' read -r how text expected; do
	case $how:$text in image:docker*) run "$text" documented_command ;; esac
done < <(grep -v '^#' tests/docs/commands.tsv)
finish
