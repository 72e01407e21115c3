#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# runtime/names/generate.sh: what it takes from headers, and what it refuses. Each test has a copy of the
# script and its tables, and a header of its own.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

case $(uname -m) in
x86_64) other=aarch64-linux-gnu o_direct=65536 ;;
*) other=x86_64-linux-gnu o_direct=16384 ;;
esac

copy() {
	mkdir -p "$T/runtime" "$T/libtracee" "$T/include/linux"
	cp -r runtime/names "$T/runtime/"
	cp libtracee/events.tsv "$T/libtracee/"
}

generate() {
	capture env CPPFLAGS="-I$T/include" "$T/runtime/names/generate.sh" "$T/out"
}

argument() { # cells...
	local IFS=$'\t'
	echo "$*" >> "$T/runtime/names/arguments.tsv"
}

table() { # table kind names without first
	local tab=$'\t'
	echo "$1$tab$2$tab-$tab-${tab}linux/strange.h$tab$3$tab$4$tab$5$tab@" >> "$T/runtime/names/tables.tsv"
}

# The names of a table as "high,low name", in its order.
names_in() { # table
	sed -n "/names_$1\[\]/,/^};/s/.*NAME_VALUE(\(.*\), \(.*\)), \"\(.*\)\".*/\1,\2 \3/p" "$T/out/tables.inc"
}

same_bytes() {
	copy
	generate
	expect_status 0
	cmp "$T/out/tables.inc" "$BUILD/gen/runtime/names/tables.inc"
	cmp "$T/out/formats.inc" "$BUILD/gen/runtime/names/formats.inc"
}

refused() { # sentence cells...
	local sentence=$1
	shift
	cp runtime/names/arguments.tsv "$T/runtime/names/"
	argument "$@"
	generate
	expect_status 1
	expect_in "arguments.tsv:$(wc -l < "$T/runtime/names/arguments.tsv"): $sentence" "$err"
}

wrong_lines() {
	copy
	refused "events.tsv has no event 'nosuch'" nosuch flags - open_flags
	refused "events.tsv has no argument 'nosuch' of event 'open'" open nosuch - open_flags
	refused "'nosuch' is no table" close fd - nosuch
	refused "argument 'buf' of event 'read' is no number but 'void*'" read buf - open_flags
	refused "argument 'flags' of event 'open' has a line already" open flags - open_flags
	refused "argument 'fd' of event 'fcntl' has no line above this one" fcntl arg fd=F_SETFD open_flags
	refused 'a line has 4 cells: event, argument, when, table' close fd open_flags
}

wrong_condition() {
	copy
	argument fcntl arg cmd=F_NOSUCH open_flags
	generate
	expect_status 1
	expect_in "arguments.tsv: table 'fcntl_command' has no name 'F_NOSUCH'" "$err"
}

wrong_tables() {
	copy
	printf 'nosuch\tNAME\t1\t6.99\n' >> "$T/runtime/names/newer.tsv"
	generate
	expect_status 1
	expect_in "newer.tsv:$(wc -l < "$T/runtime/names/newer.tsv"): 'nosuch' is no table" "$err"
	cp runtime/names/newer.tsv "$T/runtime/names/"
	sed -i 's|open_access/0x3|nosuch/0x3|' "$T/runtime/names/tables.tsv"
	generate
	expect_status 1
	expect_in "tables.tsv: 'nosuch' in 'nosuch/0x3' is no table" "$err"
}

# A pattern that fits nothing would go unseen. arch_prctl(2) is x86's; the others have fields only.
empty_tables() {
	local empty
	empty=$(sed -n 's/.*\[NAMES_\(.*\)\] = { NULL.*/\1/p' "$BUILD/gen/runtime/names/tables.inc" | grep -vx ARCH_PRCTL_OPTION)
	expect_equal $'IOPRIO\nQUOTA_COMMAND' "$empty"
}

enums() {
	copy
	cat > "$T/include/linux/strange.h" <<-'END'
		#define STRANGE_TWO 2
		enum strange { STRANGE_BELOW = -1, STRANGE_THREE = (1 + 2), STRANGE_FOUR,
			       STRANGE_BIG = 0x80000000, };
		#define STRANGE_ALIAS STRANGE_TWO
		#define STRANGE_CALL(x) (x)
		#define STRANGE_NONE
		#define OTHER_ONE 1
		#define STRANGE_NOT 9
	END
	table strange enum 'STRANGE_[A-Z]+' STRANGE_NOT -
	table preferred enum 'STRANGE_[A-Z]+' STRANGE_NOT STRANGE_ALIAS
	table tagged enum enum:strange - -
	generate
	expect_status 0
	expect_equal $'0,2 STRANGE_TWO\n0,3 STRANGE_THREE\n0,4 STRANGE_FOUR\n0,2147483648 STRANGE_BIG\n0,4294967295 STRANGE_BELOW' "$(names_in strange)"
	expect_equal '0,2 STRANGE_ALIAS' "$(names_in preferred | head -n 1)"
	expect_equal '0,3 STRANGE_THREE' "$(names_in tagged | head -n 1)"
}

flags() {
	copy
	cat > "$T/include/linux/strange.h" <<-'END'
		#define STRANGE_A 0x1
		#define STRANGE_B 0x2
		#define STRANGE_NOTHING 0
		#define STRANGE_BOTH (STRANGE_A | STRANGE_B)
		#define STRANGE_FAR (1ULL << 40)
		#define STRANGE_LAST 0x80
	END
	table strange flags 'STRANGE_[A-Z]+' - STRANGE_LAST
	generate
	expect_status 0
	expect_equal $'0,128 STRANGE_LAST\n0,3 STRANGE_BOTH\n0,1 STRANGE_A\n0,2 STRANGE_B\n256,0 STRANGE_FAR' "$(names_in strange)"
}

no_constants() {
	copy
	cat > "$T/include/linux/strange.h" <<-'END'
		#define STRANGE_ONE 1
		#define STRANGE_SIZE sizeof(struct nosuch)
		#define STRANGE_TEXT "text"
		#define STRANGE_WRONG +)
		#define STRANGE_TWO 2
	END
	table strange enum 'STRANGE_[A-Z]+' - -
	generate
	expect_status 0
	expect_equal $'0,1 STRANGE_ONE\n0,2 STRANGE_TWO' "$(names_in strange)"
	expect_equal $'STRANGE_SIZE\nSTRANGE_TEXT\nSTRANGE_WRONG' "$(sed 's/.*, \(STRANGE_[A-Z]*\),.*/\1/' "$T/out/left_out")"
}

no_header() {
	copy
	table strange enum 'STRANGE_[A-Z]+' - -
	generate
	expect_status 0
	expect_equal '' "$(names_in strange)"
	expect_in '[NAMES_STRANGE] = { NULL, 0,' "$(cat "$T/out/tables.inc")"
}

# What newer.tsv says is for headers that say nothing.
newer() {
	copy
	printf '#define STRANGE_ONE 1\n' > "$T/include/linux/strange.h"
	table strange enum 'STRANGE_[A-Z]+' - -
	printf 'strange\tSTRANGE_ONE\t7\t6.99\nstrange\tSTRANGE_NEW\t8\t6.99\n' >> "$T/runtime/names/newer.tsv"
	generate
	expect_status 0
	expect_equal $'0,1 STRANGE_ONE\n0,8 STRANGE_NEW' "$(names_in strange)"
}

remade() {
	copy
	printf '#define STRANGE_ONE 1\n' > "$T/include/linux/strange.h"
	table strange enum 'STRANGE_[A-Z]+' - -
	generate
	expect_in "$T/include/linux/strange.h" "$(cat "$T/out/kernel.d")"
}

other_architecture() {
	copy
	CC="clang --target=$other" generate
	expect_status 0
	expect_in "0,$o_direct O_DIRECT" "$(names_in open_flags)"
	expect_in '0,9 SIGKILL' "$(names_in signal)"
}

# Awk is not one program.
every_awk() {
	local awk
	copy
	mkdir "$T/bin"
	for awk in mawk gawk 'busybox awk' original-awk; do
		command -v "${awk%% *}" > /dev/null || continue
		printf '#!/bin/sh\nexec %s "$@"\n' "$awk" > "$T/bin/awk"
		chmod +x "$T/bin/awk"
		PATH=$T/bin:$PATH generate
		expect_status 0
		cmp "$T/out/tables.inc" "$BUILD/gen/runtime/names/tables.inc"
		echo "as with $awk"
	done
}

run 'the same headers make the same bytes' same_bytes
run 'with every awk that is here' every_awk
run 'a line that fits no event stops the build' wrong_lines
run 'so does a condition that fits no name' wrong_condition
run 'so does a table that is not there' wrong_tables
run 'every table has names' empty_tables
run 'enumerators and macros become names by value' enums
run 'flags of several bits come first' flags
run 'what is no constant is left out' no_constants
run 'a header that is not there leaves its table empty' no_header
run 'headers go before what is written down of newer ones' newer
run 'another header makes the names again' remade
if echo '#include <asm/fcntl.h>' | clang --target=$other -E -x c - > /dev/null 2>&1; then
	run 'another architecture has its own values' other_architecture
else
	skip 'another architecture has its own values' "no headers for $other"
fi
finish
