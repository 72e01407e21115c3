#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# generate.sh DIRECTORY: what runtime/names/names.c includes, from the headers of the target: formats.inc and
# tables.inc. $CC makes programs of the target, $CPPFLAGS are the user's. Nothing is run but the compiler on
# this machine, so that a cross build has the values of its own target: the compiler leaves them in assembly.
# headers.d names the headers for make; left_out has the names whose values are no constants, such as those
# that need a header that is not here.
set -euo pipefail
export LC_ALL=C

here=${BASH_SOURCE[0]%/*}
dir=$1
events=$here/../../libtracee/events.tsv
mkdir -p "$dir"

compile() { # arguments...
	# shellcheck disable=SC2086 # words
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE ${CPPFLAGS-} -w -fno-diagnostics-color -x c "$@"
}

# A name of a newer kernel may be no constant here. Each stands in a line of its own, so that the line numbers
# in messages are those of the names to leave out.
keep_constants() { # unit
	local unit=$1
	cat > "$dir/$unit.check.c" <<-END
		#include "$unit.h"
		#define N(table, name, value) _Static_assert((value) % 1 == 0, "");
		#include "$unit.names"
	END
	compile -fsyntax-only -ferror-limit=0 "$dir/$unit.check.c" 2> "$dir/$unit.messages" ||
		compile -fsyntax-only -fmax-errors=0 "$dir/$unit.check.c" 2> "$dir/$unit.messages" || true
	grep -o "$unit\.names:[0-9]*" "$dir/$unit.messages" | cut -d: -f2 | sort -un > "$dir/$unit.lines" || true
	sed -n "$(sed 's/$/p/' "$dir/$unit.lines")" "$dir/$unit.names" > "$dir/$unit.left_out"
	sed "$(sed 's/$/d/' "$dir/$unit.lines")" "$dir/$unit.names" > "$dir/$unit.constants"
}

# Halves of 32 bits: awk's numbers have 53.
take_values() { # unit
	local unit=$1
	cat > "$dir/$unit.values.c" <<-END
		#include "$unit.h"
		#define N(table, name, value) \\
			__asm__ volatile(".ascii \"->" #table " " #name " %c0 %c1\"" : : \\
				"i"((unsigned int)((unsigned long long)(value) >> 32)), \\
				"i"((unsigned int)(unsigned long long)(value)));
		void values(void);
		void values(void)
		{
		#include "$unit.constants"
		}
	END
	compile -S -o "$dir/$unit.s" "$dir/$unit.values.c"
	sed -n 's/.*"->\(.*\)".*/\1/p' "$dir/$unit.s" > "$dir/$unit.values"
}

: > "$dir/left_out"
for unit in kernel libc; do
	awk -v unit=$unit -f "$here/units.awk" "$here/tables.tsv" > "$dir/$unit.h"
	compile -E -dD -MD -MP -MF "$dir/$unit.d" -MT "$dir/formats.inc" "$dir/$unit.h" > "$dir/$unit.i"
	awk -v unit=$unit -f "$here/collect.awk" "$here/tables.tsv" "$here/newer.tsv" "$dir/$unit.i" > "$dir/$unit.names"
	keep_constants $unit
	take_values $unit
	cat "$dir/$unit.left_out" >> "$dir/left_out"
done
cat "$dir/kernel.values" "$dir/libc.values" > "$dir/values"
awk -v dir="$dir" -f "$here/emit.awk" "$events" "$here/tables.tsv" "$here/arguments.tsv" "$dir/values"
