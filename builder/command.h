/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_COMMAND_H
#define BUILDER_COMMAND_H

/*
 * A command of tracee-builder. Each cmd_*.c ends in its descriptor; main.c has the table of them,
 * which is also the help.
 */
struct command {
	const char *name;
	const char *synopsis; /* what follows the name: "OBJECT [--format json]" */
	const char *help; /* one line, lower case, no full stop */
	const char *options;  /* lines on each option for `help COMMAND`; NULL: none */
	/*
	 * argv[0] is the command's name and the vector ends in NULL; getopt may permute it. Prints results
	 * on stdout and messages with log.h; `--help` and `-h` are handled before it is called. Returns
	 * the exit status, an enum status.
	 */
	int (*run)(int argc, char **argv);
};

extern const struct command command_build;
extern const struct command command_headers;
extern const struct command command_inspect;
extern const struct command command_check;

#endif
