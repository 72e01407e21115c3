# SPDX-License-Identifier: Apache-2.0
#
# events.tsv exceptions.tsv calls.tsv → the cases of calls.c's switch, one for each line of calls.tsv.
# With -v list=calls32.tsv behind them, for the lines of that list alone, by the numbers of i386.
# Refuses a system call of events.tsv that is neither called nor excepted, or that is both.
function refuse(what) {
	print FILENAME ":" FNR ": " what > "/dev/stderr"
	is_bad = 1
}

# The kernel's headers have other names for these.
function header_name(name) {
	return name == "umount" ? "umount2" : name == "sysctl" ? "_sysctl" : name == "afs" ? "afs_syscall" : name
}

function call_write(name, numbers, expressions,    args, n, i) {
	printf "case %d:\n", n_cases++
	if (list)
		printf "#ifdef %s\n", numbers
	printf "\tcall_begin(call, \"%s\", %s);\n", name, numbers
	n = expressions == "" ? 0 : split(expressions, args, /; */)
	if (n > 6)
		refuse(name " has " n " arguments: the kernel takes 6")
	for (i = 1; i <= n; i++)
		printf "\tARG(%s);\n", args[i]
	if (list)
		print "#else\n\tcall->nr = -1;\n#endif"
	print "\tbreak;"
}

# Where the headers of the compiler know the call, its number there is the one that events.tsv says.
function numbers_check(name) {
	printf "#ifdef __NR_%s\n_Static_assert(__NR_%s == NR(%s, %s), \"number of %s in events.tsv\");\n#endif\n", header_name(name),
		header_name(name), nr_x86[name], nr_arm[name], name
}

BEGIN { FS = "\t" }
FNR == 1 { file++ }
/^#/ { next }

file == 1 && $3 == "syscall" {
	is_event[$2] = 1
	nr_x86[$2] = $4 == "" ? -1 : $4
	nr_arm[$2] = $5 == "" ? -1 : $5
}

# Only 32-bit processes have these: i386, AArch32.
file == 1 && $3 == "syscall32" { is_event32[$2] = 1 }

file == 2 {
	if (NF != 2 || $2 == "")
		refuse("expected a name, a tab, and a reason")
	reason[$1] = $2
}

file == 3 {
	if (!($1 in expressions))
		order[++n_order] = $1
	if ($1 in reason)
		refuse($1 " is in exceptions.tsv too")
	lines[$1]++
	expressions[$1] = $2
	line[$1, lines[$1]] = $2
}

# EVENT or EVENT=NAME-ON-I386, and arguments where they differ from those in calls.tsv.
file == 4 {
	split($1, names, "=")
	nr = "__NR_" (names[2] == "" ? names[1] : names[2])
	if (!(names[1] in is_event) && !(names[1] in is_event32))
		refuse(names[1] " is not in events.tsv")
	else if (NF > 1)
		call_write(names[1], nr, $2)
	else if (!(names[1] in lines))
		refuse(names[1] " is not in calls.tsv")
	for (i = 1; NF == 1 && i <= lines[names[1]]; i++)
		call_write(names[1], nr, line[names[1], i])
}

END {
	for (name in is_event) {
		if (!(name in lines) && !(name in reason))
			refuse(name " of events.tsv is neither in calls.tsv nor in exceptions.tsv")
	}
	for (k = 1; !list && k <= n_order; k++) {
		name = order[k]
		for (i = 1; (name in is_event) && i <= lines[name]; i++)
			call_write(name, "NR(" nr_x86[name] ", " nr_arm[name] ")", line[name, i])
		if (name in is_event)
			numbers_check(name)
	}
	print "#define N_CALLS " n_cases + 0
	exit is_bad
}
