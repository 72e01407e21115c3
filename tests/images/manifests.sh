#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What is read by others: the manifests against the schema of Kubernetes (as python3-kubernetes has it), the unit by systemd.
source "$(dirname "$0")/../tap.sh"

# The distribution's, for which the packages are.
python=/usr/bin/python3
[ -x $python ] || python=python3

valid() { "$python" tests/images/manifests.py "$1"; }
slim_manifest() { valid images/kubernetes/daemonset-slim.yaml; }
full_manifest() { valid images/kubernetes/daemonset-full.yaml; }

# A check that cannot fail would be none.
wrong_manifests() {
	local edit
	for edit in 's/readOnlyRootFilesystem/readonlyRootFilesystem/' 's/hostPID: true/hostPID: yes-please/' 's/^kind: DaemonSet/kind: DaemonSet\nstatus: 1/' \
		'/^  selector:/,/name: tracee$/d' '0,/name: run$/s//name: runs/'; do
		sed "$edit" images/kubernetes/daemonset-slim.yaml > "$T/wrong.yaml"
		cmp -s images/kubernetes/daemonset-slim.yaml "$T/wrong.yaml" && fail "nothing was changed by $edit"
		! "$python" tests/images/manifests.py "$T/wrong.yaml" > /dev/null 2>&1 || fail "accepted with $edit"
	done
}

# With the program that was built: the one of the unit need not be installed.
unit() { # how
	sed "s|^ExecStart=[^ ]*|ExecStart=$BUILD/tracee-runtime|" images/systemd/tracee.service > "$T/tracee.service"
	systemd-analyze "$@" "$T/tracee.service"
}
unit_verified() { expect_equal "" "$(unit verify --man=no 2>&1)"; }
unit_scored() {
	unit security --offline=true --threshold=25 > "$T/score" || fail "$(tail -n 1 "$T/score")"
	tail -n 1 "$T/score" | sed 's/ .tracee.service//; s/[^ -~]//g' > "$BUILD/unit-score"
}

if "$python" -c 'import kubernetes, yaml' 2> /dev/null; then
	run "the manifest of slim keeps the schema" slim_manifest
	run "the manifest of full keeps the schema" full_manifest
	run "manifests that do not are told" wrong_manifests
else
	for what in slim full wrong; do skip "manifest: $what" "python3-kubernetes is not installed"; done
fi
if command -v systemd-analyze > /dev/null; then
	run "systemd accepts the unit" unit_verified
	run "systemd scores its exposure as at most 2.5" unit_scored
	echo "# $(cat "$BUILD/unit-score" 2> /dev/null)"
else
	for what in verify score; do skip "unit: $what" "systemd-analyze is not installed"; done
fi
finish
