#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# compile.sh NUMBER|newest: makes the BPF programs of every tier and architecture by clang NUMBER from a Debian
# suite, in $BUILD/vm/bpf-clang-NUMBER/bpf, and prints the number. Ends with 0; 1 if it does not compile them;
# 75 with the reason on stderr where the compiler cannot be had here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/debian/header_packages.sh
source tests/debian/header_packages.sh
# shellcheck source=tests/debian/clangs.sh
source tests/debian/clangs.sh

[ $# -eq 1 ] || { echo "usage: compile.sh NUMBER|newest" >&2; exit 2; }
number=$1
lock_debian
if [ "$number" = newest ] || [ ! -e "$debian/clang-$number/packages" ]; then
	find_clang_indexes
fi
[ "$number" != newest ] || number=$(newest_clang)
unpack_clang "$number" >&2 || unavailable "clang $number"
make -s O="$BUILD/vm/bpf-clang-$number" CMD_CLANG="$(clang_program "$number")" bpf-objects >&2
echo "$number"
