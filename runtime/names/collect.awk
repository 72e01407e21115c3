# SPDX-License-Identifier: Apache-2.0
#
# tables.tsv, newer.tsv and what `cc -E -dD` made of the headers of -v unit= → a line N(table, name, value)
# for each name of a table of that unit: macros and enumerators, in the order of the headers. Whether the value
# is a constant is for the compiler to say.
function alternatives(cell) {
	gsub(/ +/, "|", cell)
	return "^(" cell ")$"
}

# linux/mman.h → "mman"
function stem_of(path) {
	sub(/.*\//, "", path)
	sub(/[-_.].*/, "", path)
	return path
}

function take_table(   headers, n, i) {
	is_table[$1] = 1
	n = split($5, headers, " ")
	if ((headers[1] ~ /^(linux|asm)\// || $5 == "-" ? "kernel" : "libc") != unit)
		return
	tables[++n_tables] = $1
	value[$1] = $9
	without[$1] = $7 == "-" ? "" : alternatives($7)
	if ($6 ~ /^enum:/)
		tag_of[$1] = substr($6, 6)
	else if ($6 != "-")
		pattern[$1] = alternatives($6)
	for (i = 1; i <= n; i++)
		is_source[$1, stem_of(headers[i])] = 1
}

# The tables that a header of such a name is a source of: asm-generic/mman-common.h is one where linux/mman.h is.
function enter(stem,   i) {
	n_here = 0
	for (i = 1; i <= n_tables; i++) {
		if ((tables[i], stem) in is_source)
			here[++n_here] = tables[i]
	}
}

function emit(table, name, of,   expression) {
	if ((table, name) in is_emitted)
		return
	is_emitted[table, name] = 1
	expression = value[table]
	gsub(/@/, "(" of ")", expression)
	print "N(" table ", " name ", " expression ")"
}

function is_of(table, name, tag) {
	if (without[table] != "" && name ~ without[table])
		return 0
	if (table in tag_of)
		return tag == tag_of[table]
	return table in pattern && name ~ pattern[table]
}

function take_name(name, tag,   i) {
	for (i = 1; i <= n_here; i++) {
		if (is_of(here[i], name, tag))
			emit(here[i], name, name)
	}
}

# One token of C, outside of preprocessor lines: finds the enumerators.
function take_token(token) {
	if (in_enum) {
		if (token == "(")
			depth++
		else if (token == ")")
			depth--
		else if (token == "}")
			in_enum = 0
		else if (token == "," && !depth)
			is_next = 1
		else if (is_next) {
			is_next = 0
			take_name(token, tag)
		}
	} else if (token == "enum") {
		in_head = 1
		tag = "-"
	} else if (in_head && token == "{") {
		in_head = 0
		in_enum = is_next = 1
		depth = 0
	} else if (in_head) {
		if (token ~ /^[A-Za-z_]/ && tag == "-")
			tag = token
		else if (token ~ /^[;),(=]$/)
			in_head = 0
	}
}

BEGIN { FS = "\t" }
FNR == 1 { file++ }
file < 3 && /^#/ { next }
file == 1 { take_table() }
file == 2 && !($1 in is_table) {
	print FILENAME ":" FNR ": '" $1 "' is no table" > "/dev/stderr"
	failed = 1
	exit 1
}
file == 2 { newer[++n_newer] = $0 }

file == 3 && /^# [0-9]/ {
	split($0, words, "\"")
	enter(stem_of(words[2]))
	next
}
file == 3 && /^#define / {
	split($0, words, " ")
	if (n_here && words[2] !~ /\(/ && words[3] != "")
		take_name(words[2], "")
	next
}
file == 3 && !/^#/ && (n_here || in_enum) {
	gsub(/[{}(),;=]/, " & ")
	n = split($0, words, " ")
	for (i = 1; i <= n; i++)
		take_token(words[i])
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= n_newer; i++) {
		split(newer[i], cells, "\t")
		if (cells[1] in value)
			emit(cells[1], cells[2], cells[3])
	}
}
