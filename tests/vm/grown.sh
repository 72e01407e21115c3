#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The comparison of what programs cost the verifier must fail when one grew, and the baseline that is written down
# must keep what was not measured.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

# One kernel: our compiler's program, and another one's.
result() { # count count-of-clang-19
	printf '{"kernel":"6.1","clang":"14","ways":[{"way":"headers","programs":{"handle":%s}}],
		"compilers":[{"clang":"19","way":"headers","programs":{"handle":%s}}]}' "$1" "$2"
}

grown() { # count count-of-clang-19
	result "$1" "$2" > "$T/result"
	echo '{"14":{"6.1":{"headers":{"handle":1000}}},"19":{"6.1":{"headers":{"handle":2000}}}}' > "$T/baseline"
	jq -rn --arg kernel 6.1 --slurpfile baseline "$T/baseline" --slurpfile now "$T/result" -f tests/vm/grown.jq
}

little_growth_passes() {
	expect_equal "" "$(grown 1100 2200)"
	expect_equal "" "$(grown 500 1)"
}

growth_is_told() {
	expect_equal "6.1, headers, clang 14: handle grew from 1000 to 1101, by 10 %" "$(grown 1101 2000)"
	expect_equal "6.1, headers, clang 19: handle grew from 2000 to 4000, by 100 %" "$(grown 1000 4000)"
	expect_equal 2 "$(grown 5000 5000 | wc -l)"
}

what_was_not_measured_is_kept() {
	echo '{"14":{"6.1":{"headers":{"handle":1000}},"5.10":{"base":{"handle":7}}},"16":{"6.1":{"headers":{"handle":3}}}}' > "$T/baseline"
	result 1500 9 | jq -s . > "$T/results"
	expect_equal '{"14":{"5.10":{"base":{"handle":7}},"6.1":{"headers":{"handle":1500}}},"16":{"6.1":{"headers":{"handle":3}}},"19":{"6.1":{"headers":{"handle":9}}}}' \
		"$(jq -Sc --slurpfile results "$T/results" -f tests/vm/baseline.jq "$T/baseline")"
}

# Each kernel of the matrix has its counts, so that no check is skipped for want of anything to compare with.
every_kernel_is_in_the_baseline() {
	local missing
	missing=$(grep -v '^#' tests/vm/kernels.tsv | cut -f 1 |
		jq -rRn --slurpfile baseline tests/vm/baseline.json '[inputs] - [$baseline[0]["14"] | keys[]] | .[]')
	expect_equal "" "$missing"
}

run 'ten per cent more is accepted' little_growth_passes
run 'more than that is told, for each compiler' growth_is_told
run 'a new baseline keeps what was not measured' what_was_not_measured_is_kept
run 'each kernel of the matrix is in the baseline' every_kernel_is_in_the_baseline
finish
