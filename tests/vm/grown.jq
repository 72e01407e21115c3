# SPDX-License-Identifier: Apache-2.0
#
# Programs that cost the verifier over 10 % more than the baseline says, a line each; nothing if none does.
# The baseline: {"clang": {"kernel": {"way": {"program": instructions that the verifier walked}}}}
def counts: ((.clang as $clang | .ways[] | . + {$clang}), .compilers[]);

$now[0] | counts | . as $entry
| (.programs | to_entries[]) as {key: $program, value: $count}
| ($baseline[0][$entry.clang][$kernel][$entry.way][$program] // empty) as $before
| select($count > $before * 1.1)
| "\($kernel), \($entry.way), clang \($entry.clang): \($program) grew from \($before) to \($count), by \(($count / $before - 1) * 100 | round) %"
