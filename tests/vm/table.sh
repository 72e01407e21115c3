#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# table.sh [RESULTS]: prints what run.sh found (default: $BUILD/vm/results.json), a line for each kernel and way
# of having the layout: the milliseconds and the number of programs of a load, the instructions that the
# verifier walked for the largest program and for all, events and findings that were right and wrong, and
# events that were lost. Below it, what the programs of other compilers cost, all together; then what was found of each
# case of tracee-simulate, by kernel and tier: + as it shall be, - not to be done there, WRONG.
set -euo pipefail
results=${1:-${BUILD:-build}/vm/results.json}
[ -s "$results" ] || { echo "table.sh: there are no results in '$results': make vm-test" >&2; exit 1; }

printf '%-12s %-7s %-30s %-4s %-7s %8s %5s %9s %9s %12s %12s %5s\n' KERNEL ARCH RELEASE TIER LAYOUT "LOAD ms" PROG LARGEST ALL \
	EVENTS FINDINGS LOST
jq -r '.[] as $kernel | $kernel.ways[] | [$kernel.kernel, $kernel.arch, $kernel.release,
	.tier, (if .way == "base" then "headers" else .way end),
	(.load_ms | round), (.programs | length), ([.programs[]] | max), ([.programs[]] | add),
	"\(.events.right)+\(.events.wrong)", "\(.findings.right)+\(.findings.wrong)", .lost] | @tsv' "$results" |
	while IFS=$'\t' read -r -a row; do
		printf '%-12s %-7s %-30s %-4s %-7s %8s %5s %9s %9s %12s %12s %5s\n' "${row[@]}"
	done
jq -r '.[] as $kernel | [$kernel.compilers | group_by(.clang)[] | "clang \(.[0].clang): " +
	([.[] | "\(.tier) \([.programs[]] | add)"] | join(", "))] | select(length > 0) |
	"\($kernel.kernel): \(join("; "))"' "$results"
jq -r '"\(length) kernels, \([.[].ways | length] | add) objects: \([.[].ways[].events.right] | add) events right, \([.[].ways[].events.wrong] | add) wrong; \([.[].ways[].findings.right] | add) findings right, \([.[].ways[].findings.wrong] | add) wrong; \([.[].ways[].lost] | add) lost"' "$results"

echo
jq -r '
	[.[] as $kernel | $kernel.cases[]? | {column: "\($kernel.kernel)/\(.tier)", rule, case, what, result}] as $all
	| ([$all[].column] | reduce .[] as $c ([]; if index($c) then . else . + [$c] end)) as $columns
	| (["RULE", "CASE"] + $columns + ["WHAT"]),
	  ($all | group_by([.rule, .case])[] | . as $row
		| [$row[0].rule, $row[0].case]
		  + [$columns[] as $c | [$row[] | select(.column == $c).result][0] | {"ok": "+", "skipped": "-", "wrong": "WRONG"}[.] // "."]
		  + [$row[0].what])
	| @tsv' "$results" | column -t -s $'\t'
jq -r '[.[].cases[]?] | "\(map(select(.result == "ok")) | length) cases right, \(map(select(.result == "wrong")) | length) wrong, \(map(select(.result == "skipped")) | length) not to be done there"' "$results"
