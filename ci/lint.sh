#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What a reviewer should not have to look for: SPDX lines, shell scripts, man pages, cppcheck.
# Prints TAP.
BUILD=${BUILD:-build}
source "$(dirname "$0")/../tests/tap.sh"

spdx() {
	local bad=0
	while read -r file; do
		head -n 3 "$file" | grep -q SPDX-License-Identifier || { echo "no SPDX line: $file"; bad=1; }
	done < <(git ls-files '*.c' '*.h' '*.S' '*.sh' '*.mk' '*.awk' Makefile ':!tests/data/')
	[ $bad -eq 0 ]
}

marks() {
	! git grep -nE '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b' -- '*.c' '*.h' '*.mk' Makefile
}

shell() {
	git ls-files '*.sh' .ci/run | xargs shellcheck -x -S warning -e SC2154 # set by capture()
}

manual() {
	local page
	for page in $(git ls-files 'docs/man/*'); do
		mandoc -T lint -W warning "$page"
	done
}

static_analysis() {
	# Suppressed is what it gets wrong here: memleak (it does not know the cleanup attribute; the
	# sanitizers look for leaks), comparePointers (symbols of the assembler), uninitvar (output arrays).
	git ls-files '*.c' | grep -vE '^(bpf/(layout|tracee\.bpf)\.c|tests/)' |
		xargs cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr \
			--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=memleak --suppress=comparePointers --suppress=uninitvar -D_GNU_SOURCE -D__x86_64__ -DTRACEE_VERSION='"0"' -I. -Ilibtracee/include -I"$BUILD/gen"
}

run "every source has its SPDX line" spdx
run "no unfinished marks" marks
run "shellcheck is content" shell
run "mandoc is content" manual
run "cppcheck is content" static_analysis
finish
