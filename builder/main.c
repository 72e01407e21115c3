// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "builder/child.h"
#include "builder/command.h"
#include "builder/log.h"
#include "builder/status.h"

static const struct command *const commands[] = { &command_build, &command_headers, &command_inspect,
						 &command_check };
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *to)
{
	fprintf(to, "usage: tracee-builder [-v] [-q] COMMAND [OPTION]...\n"
		    "Makes BPF objects for one kernel each, from its headers or its BTF.\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(to, "  %-8s %s\n           %s\n", commands[i]->name, commands[i]->synopsis,
			commands[i]->help);
	fprintf(to, "\n  --help, --version; 'tracee-builder help COMMAND' shows one command; tracee-builder(1) has "
		    "the rest\n");
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static void print_command(const struct command *command)
{
	printf("usage: tracee-builder %s %s\n%s\n", command->name, command->synopsis, command->help);
	if (command->options)
		printf("\n%s", command->options);
}

static int run_command(int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);

	if (!command) {
		log_error("'%s' is no command; the commands are build, headers, inspect and check ('tracee-builder --help')",
			  argv[0]);
		return STATUS_USAGE;
	}
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			print_command(command);
			return STATUS_OK;
		}
	}
	return command->run(argc, argv);
}

static int help(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_usage(stdout);
		return STATUS_OK;
	}
	command = command_find(argv[1]);
	if (!command) {
		log_error("'%s' is no command ('tracee-builder --help' lists them)", argv[1]);
		return STATUS_USAGE;
	}
	print_command(command);
	return STATUS_OK;
}

/* Options in front of the command; returns the index of the first word that is none, or -1 with a status. */
static int take_options(int argc, char **argv, int *ret_status)
{
	*ret_status = STATUS_OK;
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return i;
		if (strcmp(argv[i], "-v") == 0) {
			log_more();
		} else if (strcmp(argv[i], "-q") == 0) {
			log_less();
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			print_usage(stdout);
			return -1;
		} else if (strcmp(argv[i], "--version") == 0) {
			printf("tracee-builder %s\n", TRACEE_VERSION);
			return -1;
		} else {
			log_error("unknown option '%s' ('tracee-builder --help')", argv[i]);
			*ret_status = STATUS_USAGE;
			return -1;
		}
	}
	print_usage(stderr);
	*ret_status = STATUS_USAGE;
	return -1;
}

static void interrupt(int signal)
{
	child_interrupted = signal;
}

/* What ends us is noted, so that what we made is removed first. What was ignored (nohup) stays so. */
static void handle_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = interrupt }, old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/* The caller is to see which signal it was. */
static void end_by_signal(int number)
{
	fflush(stdout);
	signal(number, SIG_DFL);
	raise(number);
}

int main(int argc, char **argv)
{
	int status, i = take_options(argc, argv, &status);

	handle_signals();
	if (i > 0)
		status = strcmp(argv[i], "help") == 0 ? help(argc - i, argv + i) : run_command(argc - i, argv + i);
	if (child_interrupted)
		end_by_signal(child_interrupted);
	/* A result that did not arrive is a failure, whatever the command thought. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_error("cannot write to standard output: %m");
		return status ? status : STATUS_FAILED;
	}
	return status;
}
