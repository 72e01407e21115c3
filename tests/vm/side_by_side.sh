#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# side_by_side.sh KERNEL [WAY]: what the scenario did in the last guest of KERNEL (see run.sh), and beside each line
# what the runtime wrote; '!' marks what it did not write. WAY is headers (default), btf, core, base or caps. WIDTH
# (default 96) is that of a column.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[ $# -ge 1 ] || { echo "usage: side_by_side.sh KERNEL [WAY]" >&2; exit 2; }
out=${BUILD:-build}/vm/$1/guest-matrix/out
way=${2:-headers}
[ -s "$out/$way-scenario.out" ] || { echo "side_by_side.sh: there is no '$out/$way-scenario.out': make vm-test KERNELS=$1" >&2; exit 1; }

jq -rn --slurpfile truth "$out/$way-scenario.out" --slurpfile events "$out/$way-tracer.out" -f tests/vm/side_by_side.jq |
	awk -F'\t' -v width="${WIDTH:-96}" '{ printf "%s %-24s %-*.*s | %.*s\n", $1, $2, width, width, $3, width, $4 }'
