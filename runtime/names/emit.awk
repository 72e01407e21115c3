# SPDX-License-Identifier: Apache-2.0
#
# events.tsv, tables.tsv, arguments.tsv and the values of names ("table name high low" a line) → in -v dir=:
#
#	formats.inc   enumerators NAMES_<TABLE> for names.h
#	tables.inc    the sorted names of each table, how each is written, and the arguments that use them
#
# A line of arguments.tsv that fits no event stops the build.
function fail(message) {
	print (at_end ? "" : FILENAME ":" FNR ": ") message > "/dev/stderr"
	failed = 1
	exit 1
}

function take_event(   n, args, i) {
	row[$2] = FNR
	n = $8 == "" ? 0 : split($8, args, /; */)
	for (i = 1; i <= n; i++) {
		match(args[i], /[^ ]+$/)
		position[$2, substr(args[i], RSTART)] = i - 1
		type[$2, substr(args[i], RSTART)] = substr(args[i], 1, RSTART - 2)
	}
}

function take_table() {
	if (NF != 9 || $2 !~ /^(enum|flags)$/)
		fail("a line has 9 cells, the second is enum or flags")
	tables[++n_tables] = $1
	kind[$1] = $2
	parts[$1] = $3
	zero[$1] = $4
	n_first = $8 == "-" ? 0 : split($8, cells, " ")
	for (i = 1; i <= n_first; i++)
		rank[$1, cells[i]] = i
}

# The C expression of a part of a number: { mask, table or N_NAMES }.
function part_of(text,   cells) {
	split(text, cells, "/")
	if (cells[1] != "nothing" && !(cells[1] in kind))
		fail("tables.tsv: '" cells[1] "' in '" text "' is no table")
	return "{ " cells[2] ", " (cells[1] == "nothing" ? "N_NAMES" : "NAMES_" toupper(cells[1])) " }"
}

function take_argument(   key, cells) {
	key = $1 SUBSEP $2
	if (NF != 4)
		fail("a line has 4 cells: event, argument, when, table")
	if (!($1 in row))
		fail("events.tsv has no event '" $1 "'")
	if (!(key in position))
		fail("events.tsv has no argument '" $2 "' of event '" $1 "'")
	if (type[key] ~ /[*\[]/)
		fail("argument '" $2 "' of event '" $1 "' is no number but '" type[key] "'")
	if (!($4 in kind))
		fail("'" $4 "' is no table")
	if ((key, $3) in has_case || ((key, "-") in has_case))
		fail("argument '" $2 "' of event '" $1 "' has a line already")
	has_case[key, $3] = 1
	if ($3 != "-") {
		split($3, cells, "=")
		if (!(($1, cells[1]) in position))
			fail("events.tsv has no argument '" cells[1] "' of event '" $1 "'")
		if (!(($1, cells[1]) in table_of))
			fail("argument '" cells[1] "' of event '" $1 "' has no line above this one")
		when_table[key, ++n_cases[key]] = table_of[$1, cells[1]]
		when_name[key, n_cases[key]] = cells[2]
		when_arg[key, n_cases[key]] = position[$1, cells[1]]
	} else {
		table_of[key] = $4
		n_cases[key]++
	}
	case_table[key, n_cases[key]] = $4
	if (n_cases[key] == 1)
		keys[++n_keys] = key
}

function bits_of(number,   n) {
	for (n = 0; number > 0; number = int(number / 2))
		n += number % 2
	return n
}

# Folded as the numbers of events are: an int below zero is 32 bits.
function take_value(   table, high, low) {
	split($0, cells, " ")
	table = cells[1]
	high = cells[3] + 0
	low = cells[4] + 0
	if (high < 0)
		high += 4294967296
	if (low < 0)
		low += 4294967296
	if (high == 4294967295)
		high = 0
	value_of[table, cells[2]] = high * 4294967296 + low
	if (kind[table] == "flags" && !high && !low)
		return
	names[table, ++n_names[table]] = cells[2]
	highs[table, n_names[table]] = high
	lows[table, n_names[table]] = low
}

# What is less comes first: for an enum by value, for flags first those of `first`, then those of several bits.
# What is equal keeps the order of the headers.
function order_of(table, i,   name, n_bits) {
	name = names[table, i]
	if (kind[table] == "enum")
		return highs[table, i] * 4294967296 + lows[table, i] + ((table, name) in rank ? 0 : 0.25)
	if ((table, name) in rank)
		return rank[table, name] - 1000000
	n_bits = bits_of(highs[table, i]) + bits_of(lows[table, i])
	return n_bits > 1 ? -n_bits : highs[table, i] * 4294967296 + lows[table, i]
}

function sort_table(table, n,   i, k, index_now, order_now) {
	for (i = 1; i <= n; i++) {
		order_now = order_of(table, i)
		for (k = i - 1; k >= 1 && order[k] > order_now; k--) {
			order[k + 1] = order[k]
			sorted[k + 1] = sorted[k]
		}
		order[k + 1] = order_now
		sorted[k + 1] = i
	}
}

# A value that has a name already gets no second one.
function emit_names(table, out,   n, i, id, n_out) {
	n = n_names[table] + 0
	sort_table(table, n)
	split("", seen)
	for (i = 1; i <= n; i++) {
		id = highs[table, sorted[i]] "," lows[table, sorted[i]]
		if (id in seen)
			continue
		seen[id] = 1
		if (!n_out++)
			print "static const struct name names_" table "[] = {" > out
		printf "\t{ NAME_VALUE(%d, %.0f), \"%s\" },\n", highs[table, sorted[i]], lows[table, sorted[i]], \
			names[table, sorted[i]] > out
	}
	if (n_out)
		print "};" > out
	return n_out + 0
}

function emit_format(table, n, out,   i, n_parts, cells) {
	printf("\t[NAMES_%s] = { %s, %d, %s, \"%s\", {", toupper(table), n ? "names_" table : "NULL", n,
	       kind[table] == "flags" ? "true" : "false", zero[table] == "-" ? "0" : zero[table]) > out
	n_parts = parts[table] == "-" ? 0 : split(parts[table], cells, ",")
	for (i = 1; i <= n_parts; i++)
		printf("%s %s", i == 1 ? "" : ",", part_of(cells[i])) > out
	print " } }," > out
}

# By event and position, as the program walks through them.
function sort_keys(   i, k, key, order_now) {
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		split(key, cells, SUBSEP)
		order_now = row[cells[1]] * 16 + position[key]
		for (k = i - 1; k >= 1 && key_order[k] > order_now; k--) {
			key_order[k + 1] = key_order[k]
			keys[k + 1] = keys[k]
		}
		key_order[k + 1] = order_now
		keys[k + 1] = key
	}
}

function emit_case(key, i, out,   id) {
	if (!((key, i) in when_table)) {
		printf "\t{ NAMES_%s, -1, 0 },\n", toupper(case_table[key, i]) > out
		return
	}
	id = when_table[key, i] SUBSEP when_name[key, i]
	if (!(id in value_of))
		fail("arguments.tsv: table '" when_table[key, i] "' has no name '" when_name[key, i] "'")
	printf "\t{ NAMES_%s, %d, %.0f },\n", toupper(case_table[key, i]), when_arg[key, i], value_of[id] > out
}

function emit_arguments(out,   i, k, n) {
	print "static const struct name_case cases[] = {" > out
	for (i = 1; i <= n_keys; i++) {
		for (k = 1; k <= n_cases[keys[i]]; k++)
			emit_case(keys[i], k, out)
	}
	print "};\nstatic const struct named_argument arguments[] = {" > out
	for (i = 1; i <= n_keys; i++) {
		split(keys[i], cells, SUBSEP)
		printf "\t{ \"%s\", \"%s\", %d, %d },\n", cells[1], cells[2], n + 0, n_cases[keys[i]] > out
		n += n_cases[keys[i]]
	}
	print "};" > out
}

BEGIN {
	FS = "\t"
	CONVFMT = "%.17g" # numbers above 31 bits are keys, too
}
FNR == 1 { file++ }
file == 1 && FNR > 1 { take_event() }
file > 1 && /^#/ { next }
file == 2 { take_table() }
file == 3 { take_argument() }
file == 4 { take_value() }

END {
	if (failed)
		exit 1
	at_end = 1
	out = dir "/tables.inc"
	for (i = 1; i <= n_tables; i++)
		n_emitted[tables[i]] = emit_names(tables[i], out)
	print "static const struct name_format formats[N_NAMES] = {" > out
	for (i = 1; i <= n_tables; i++) {
		emit_format(tables[i], n_emitted[tables[i]], out)
		printf "NAMES_%s,\n", toupper(tables[i]) > (dir "/formats.inc")
	}
	print "};" > out
	sort_keys()
	emit_arguments(out)
}
