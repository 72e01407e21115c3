#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every command in the documents is in commands.tsv, and those that can be executed on this machine are. Needs root, a kernel that
# loads BPF, and header packages of Debian (downloads).
source "$(dirname "$0")/../tap.sh"
source tests/host/runtime.sh
# shellcheck source=tests/cli/real_tree.sh
source tests/cli/real_tree.sh
table=tests/docs/commands.tsv
documents=(README.md CONTRIBUTING.md docs/*.md docs/detections/*.md docs/man/*)

all_are_in_the_table() {
	awk -f tests/docs/list.awk "${documents[@]}" | sort -u > "$T/found"
	grep -v '^#' "$table" | cut -f 2 | sort -u > "$T/known"
	diff "$T/known" "$T/found" || fail "'<' is in $table alone, '>' in the documents alone"
	! grep -v '^#' "$table" | awk -F'\t' '$1 !~ /^(run|trace|image|ci)$/ && !($1 == "not" && $3 != "")' | grep . || fail "these have no word that is known, or no reason"
}

# ---- executing -----------------------------------------------------------------------------------

# Releases and versions of packages are those that this machine's mirror has.
adapt() { # command
	sed -E "s/linux-headers-6\.1\.0-[0-9]+-amd64_[^ ]*deb/$(basename "${debs[0]}")/; s/linux-headers-6\.1\.0-[0-9]+-common_[^ ]*deb/$(basename "${debs[1]}")/
		s/6\.1\.0-[0-9]+-amd64/$release/g; s/5\.10\.47-linuxkit/$release/g; s/linux-headers-6\.1\.0-[0-9]+-common/$source_name/g; s/6_1_0-[0-9]+-amd64/${release//./_}/g" <<< "$1"
}

# A directory as the documents have theirs: packages, a root of a host, an object, our programs.
prepare() {
	cd "$T" || exit 1
	cp "${debs[@]}" .
	tar -C "$unpacked" -cf kernel-dev.tar usr/src
	mkdir -p host/etc bin
	make_root "$T/host"
	ln -s "/usr/src/$build_name" "host/lib/modules/$release/build"
	ln -s "/usr/src/$source_name" "host/lib/modules/$release/source"
	ln -s host/usr usr
	echo "{{.time}} {{.processName}}" > line
	tracee-builder -q build --headers "host/usr/src/$build_name" --headers "host/usr/src/$source_name" > /dev/null
	tracee-builder -q build > /dev/null
	mkdir -m 755 objects
	cp dist/*.o objects/
	printf '#!/bin/sh\nexec "$@"\n' > bin/sudo
	printf '#!/bin/sh\nexec %q --install-path %q "$@"\n' "$BUILD/tracee-runtime" "$T/objects" > bin/tracee-runtime
	chmod 755 bin/*
	PATH=$T/bin:$PATH
}

execute() {
	local command
	prepare
	command=$(adapt "$text")
	case $how in
	trace) command="timeout -s INT 2 env --default-signal=INT bash -c $(printf %q "exec ${command#sudo }") || [ \$? -eq 124 ]" ;;
	esac
	# `/host` of the documents is below the scratch directory here, and `make` is that of the tree.
	command=${command//--root \/host/--root host}
	command=${command//\/var\/log/log}
	command=${command//\/usr\/lib\/tracee/objects}
	command=${command//\/tmp\/tracee/$T/tmp-tracee}
	case $command in make*) cd "$OLDPWD" || exit 1; command+=" O=$BUILD OUT_DIR=$T/dist" ;; esac
	bash -c "set -e; $command" > out 2> err < /dev/null || fail "status $? of: $command; $(tail -n 5 err)"
}

run "every command is in the table, and the table has no other" all_are_in_the_table
if [ "$(id -u)" -ne 0 ]; then
	skip "commands are executed" "needs root"
	finish
fi
real_tree_fetch 6.1
PATH=$BUILD:$PATH
while IFS=$'\t' read -r how text _; do
	case $how in run | trace) run "$text" execute ;; esac
done < <(grep -v '^#' "$table")
finish
