# SPDX-License-Identifier: Apache-2.0
#
# The baseline with the counts of results.json in it; kernels and compilers that were not part of the run
# keep theirs. See grown.jq.
reduce ($results[0][] | . as $result
	| (($result.ways[] | . + {clang: $result.clang}), $result.compilers[]) | [.clang, $result.kernel, .way, .programs]) as
	[$clang, $kernel, $way, $programs] (.; .[$clang][$kernel][$way] = $programs)
