#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# bpf.sh ENGINE IMAGE OUT_DIR VERSION RELEASE [HEADERS...]: what `make bpf DOCKER=1` does: the object of a kernel, made in
# a container of IMAGE (images/Dockerfile.builder) by the calling user, without network and without capabilities.
# HEADERS as for tracee-builder --headers; without, they are searched for as on this machine.
#
# Two containers. The first one sees this machine's files, read-only, and only tells which directories make the header
# tree, and where links in it lead to. The second one, which makes the object, sees these directories alone. KERN_ROOT (default /) is
# the root of another system, below which all that is.
set -euo pipefail
engine=$1 image=$2 out=$3 version=$4 release=$5
shift 5

command -v "${engine%% *}" > /dev/null || { echo "bpf: '$engine' is not installed: CMD_DOCKER=docker or podman" >&2; exit 1; }
# shellcheck disable=SC2086 # its words are words
$engine image inspect "$image" > /dev/null 2>&1 ||
	{ echo "bpf: there is no image '$image' in $engine: 'make image-builder' makes it" >&2; exit 1; }

# Rootless podman calls the user root inside, unless told otherwise.
user=(--user "$(id -u):$(id -g)")
case $engine in *podman*) [ "$(id -u)" -eq 0 ] || user+=(--userns keep-id) ;; esac

contained() { # option of the engine... -- word...
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	# shellcheck disable=SC2086
	$engine run --rm --network none --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp \
		"${user[@]}" ${RUN_FLAGS:-} "${options[@]}" "$image" "$@"
}

root=$(realpath "${KERN_ROOT:-/}")
root=${root%/}
search=(headers --format mounts --kernel "$release")
[ $# -gt 0 ] || search+=(--root /host)
for path in "$@"; do search+=(--headers "/host$(realpath -m "$path")"); done
found=$(contained -v "${root:-/}:/host:ro" -- "${search[@]}")

mounts=() words=()
while read -r what path; do
	path=${path#/host}
	case $what in
	headers) words+=(--headers "$path") ;;
	btf) words+=(--btf "$path") ;;
	esac
	case $what:$path in
	btf:/sys/*) ;; # a container has it anyway
	*) mounts+=(-v "$root$path:$path:ro") ;;
	esac
done <<< "$found"
printf '%s\n' "$found" | sed 's/^/bpf: /' >&2

mkdir -p "$out"
contained "${mounts[@]}" -v "$(realpath "$out"):/dist" -- build --kernel "$release" "${words[@]}" \
	--tracee-version "$version" --output-dir /dist | sed "s|^/dist|$out|"
