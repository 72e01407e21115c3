#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every fuzz target that was built for FUZZ_S seconds, from the seeds in tests/data/fuzz/<target>
# and from objects that were built. A crash leaves its input in $BUILD/tests/fuzz/.
source "$(dirname "$0")/../tap.sh"

for target in "$BUILD"/tests/fuzz/*_fuzz; do
	fuzz() {
		local corpus seeds=()
		corpus=$BUILD/tests/fuzz/corpus/$(basename "$target")
		mkdir -p "$corpus"
		[ -d "tests/data/fuzz/$(basename "$target")" ] && seeds+=("tests/data/fuzz/$(basename "$target")")
		# Objects of the build are the best seeds for what reads objects.
		case $target in *object* | *reduce* | *program*) cp -n build/bpf/*.o dist/*.o "$corpus" 2>/dev/null || true ;; esac
		"$target" -max_total_time="${FUZZ_S:-60}" -max_len=200000 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
			-artifact_prefix="$BUILD/tests/fuzz/" "$corpus" "${seeds[@]}"
	}
	run "$(basename "$target") survives ${FUZZ_S:-60} s" fuzz
done
finish
