// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "images/front/health.h"
#include "images/front/install.h"
#include "images/front/make.h"
#include "images/front/program.h"
#include "images/front/say.h"
#include "images/front/signals.h"
#include "images/front/status.h"
#include "images/front/supervise.h"
#include "libtracee/base/cleanup.h"

#define INSTALL_PATH "/tmp/tracee"
#define CONFIG "/tmp/tracee/integrations-config.yaml"
#define WORDS_MAX 4096 /* of our command line */
#define WORDS_ADDED 8

/* A command line that is put together: words ended by NULL. */
struct words {
	const char *words[WORDS_MAX + WORDS_ADDED];
	size_t n;
};

static void words_add(struct words *words, const char *word)
{
	words->words[words->n++] = word;
}

static void words_add_all(struct words *words, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		words_add(words, argv[i]);
}

/* ---- what the runtime's words say --------------------------------------------------------------- */

/* The value of an option, as the runtime takes it: --name=VALUE or --name VALUE, and the last counts. NULL: not there. */
static const char *option_value(int argc, char **argv, const char *name)
{
	const char *value = NULL;

	for (int i = 0; i < argc; i++) {
		const char *word = argv[i] + (argv[i][0] == '-') + (argv[i][0] == '-' && argv[i][1] == '-');
		size_t length = strlen(name);

		if (word == argv[i] || strncmp(word, name, length) != 0)
			continue;
		if (word[length] == '=')
			value = word + length + 1;
		else if (!word[length] && i + 1 < argc)
			value = argv[i + 1];
	}
	return value;
}

static bool has_option(int argc, char **argv, const char *name, const char *short_name)
{
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i] + (argv[i][0] == '-') + (argv[i][0] == '-' && argv[i][1] == '-');
		size_t length = strcspn(word, "=");

		if (word != argv[i] && ((strlen(name) == length && memcmp(word, name, length) == 0) ||
					(strlen(short_name) == length && memcmp(word, short_name, length) == 0)))
			return true;
	}
	return false;
}

/* ---- the second program ------------------------------------------------------------------------- */

/*
 * 1 with what delivers findings, 0 if there is nothing to deliver them to, -EINVAL (told) if the environment names what
 * is not there. @ret_words is its command line, whose words are allocated or the environment's.
 */
static int find_second(const char *ret_words[2], struct second *ret_second)
{
	const char *named = getenv("TRACEE_WEBHOOK_CONFIG");
	const char *config = named && *named ? named : CONFIG;
	char *path;

	if (access(config, F_OK) < 0) {
		if (config != named)
			return 0;
		say("TRACEE_WEBHOOK_CONFIG names '%s': %s", config, strerror(errno));
		return -EINVAL;
	}
	path = program_beside("tracee-notify");
	if (!path || access(path, X_OK) < 0) {
		say("'%s' says where findings are to be delivered to, and there is no '%s' to do it: they are on stdout alone", config,
		    path ? path : "tracee-notify");
		free(path);
		return 0;
	}
	ret_words[0] = path;
	ret_words[1] = NULL;
	*ret_second = (struct second){ .argv = ret_words, .config = config };
	return 1;
}

/* ---- detecting and tracing ---------------------------------------------------------------------- */

/* The runtime has said what it looked for, and where. */
static int explain_slim(void)
{
	struct utsname uts;

	if (uname(&uts) < 0)
		return STATUS_NO_OBJECT;
	say("nothing is made here: there is no tracee-builder beside this program (the slim image has none). Make the object with "
	    "'make bpf DOCKER=1 KERN_RELEASE=%s', or let the full image make it, and mount the directory that holds it at " INSTALL_PATH,
	    uts.release);
	return STATUS_NO_OBJECT;
}

static bool is_object_named(void)
{
	const char *named = getenv("TRACEE_BPF_FILE");

	return named && *named;
}

/* Once more, if there was no object and one could be made. */
static int run_runtime(const struct words *words, const char *install_path, const struct second *second)
{
	int status = supervise_runtime(words->words, second);

	if (status != STATUS_NO_OBJECT || is_object_named())
		return status;
	if (!make_is_possible())
		return explain_slim();
	status = make_object(install_path);
	return status == STATUS_OK ? supervise_runtime(words->words, second) : status;
}

/* The front door's words come first, so that those of the user count. */
static int run(int argc, char **argv, bool traces)
{
	CLEANUP(free_at) char *runtime = program_beside("tracee-runtime"), *ready = NULL;
	const char *install_path = option_value(argc, argv, "install-path"), *second_words[2] = {};
	struct words words = {};
	struct second second;
	int has_second, status;

	has_second = find_second(second_words, &second);
	if (has_second < 0)
		return STATUS_USAGE;
	words_add(&words, runtime);
	words_add(&words, "--lifeline=3");
	if (has_second)
		words_add(&words, "--findings-to=4");
	ready = health_option();
	if (ready)
		words_add(&words, ready);
	if (traces && !has_option(argc, argv, "trace", "t"))
		words_add(&words, "--trace=set=default");
	words_add_all(&words, argc, argv);
	status = run_runtime(&words, install_path ? install_path : INSTALL_PATH, has_second ? &second : NULL);
	free((char *)second_words[0]);
	return status;
}

static int detect(int argc, char **argv)
{
	return run(argc, argv, false);
}

static int trace(int argc, char **argv)
{
	return run(argc - 1, argv + 1, true);
}

/* ---- the other programs ------------------------------------------------------------------------- */

/* Runs @name with @command in front of the words, and @added behind. */
static int run_beside(const char *name, const char *command, const char *added, int argc, char **argv)
{
	CLEANUP(free_at) char *path = program_beside(name);
	struct words words = {};

	if (!path || access(path, X_OK) < 0) {
		say("'%s' needs %s, which is not beside this program%s", argv[0], name,
		    strcmp(name, "tracee-runtime") == 0 ? "" : ": the slim image has none, the full image has it");
		return STATUS_NO_OBJECT;
	}
	words_add(&words, path);
	if (command)
		words_add(&words, command);
	words_add_all(&words, argc - 1, argv + 1);
	if (added)
		words_add(&words, added);
	return supervise_program(words.words);
}

static int build(int argc, char **argv)
{
	bool is_told = has_option(argc, argv, "output-dir", "output-dir") || has_option(argc, argv, "help", "h");

	return run_beside("tracee-builder", "build", is_told ? NULL : "--output-dir=" INSTALL_PATH, argc, argv);
}

static int headers(int argc, char **argv)
{
	return run_beside("tracee-builder", "headers", NULL, argc, argv);
}

/* The runtime does not know that its object would be made. */
static int check_machine(int argc, char **argv)
{
	int status = run_beside("tracee-runtime", "--check", NULL, argc, argv);

	if (status != STATUS_NO_OBJECT || is_object_named() || !make_is_possible())
		return status;
	say("there is no object yet, and it is made at the first start ('tracee build' makes it now): nothing else is in the way");
	return STATUS_OK;
}

/* Objects, or this machine. */
static int check(int argc, char **argv)
{
	if (argc > 1 && argv[1][0] != '-')
		return run_beside("tracee-builder", "check", NULL, argc, argv);
	return check_machine(argc, argv);
}

static int simulate(int argc, char **argv)
{
	return run_beside("tracee-simulate", NULL, NULL, argc, argv);
}

static int health(int argc, char **argv)
{
	(void)argc, (void)argv;
	return health_tell();
}

static int install(int argc, char **argv)
{
	if (argc == 3)
		return install_objects(argv[1], argv[2]);
	say("install takes two directories: where objects are, and where they are to be");
	return STATUS_USAGE;
}

static int help(int argc, char **argv);

static int version(int argc, char **argv)
{
	(void)argc, (void)argv;
	puts("tracee " TRACEE_VERSION);
	return STATUS_OK;
}

/* ---- commands ----------------------------------------------------------------------------------- */

static const struct command {
	const char *name, *words, *help;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "trace", "[OPTION...]", "trace events (default: --trace set=default); options are those of tracee-runtime", trace },
	{ "build", "[OPTION...]", "make an object, into " INSTALL_PATH " if nothing else is said; those of tracee-builder build", build },
	{ "headers", "[OPTION...]", "tell where the headers of a kernel are looked for; those of tracee-builder headers", headers },
	{ "check", "[OPTION...]", "say whether this machine is fit for tracing; those of tracee-runtime --check", check },
	{ "check", "OBJECT...", "repeat the checks that objects passed when they were made", check },
	{ "simulate", "[CASE...]", "provoke what the rules find, harmlessly; words are those of tracee-simulate", simulate },
	{ "health", "", "say, with the exit status, whether events are traced in this container", health },
	{ "install", "FROM TO", "copy the objects of a directory to another one", install },
	{ "--help", "", "print this", help },
	{ "--version", "", "print the version", version },
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int help(int argc, char **argv)
{
	(void)argc, (void)argv;
	puts("Usage: tracee [OPTION...]\n"
	     "       tracee COMMAND [WORD...]\n\n"
	     "Detects suspicious behaviour and writes what it finds: without a command, with the options of\n"
	     "tracee-runtime, such as --rules, --output json, --list ('tracee trace --help' has them all). If there\n"
	     "is no object for this kernel, it is made first, where tracee-builder lies beside this program.\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-9s %-12s %s\n", commands[i].name, commands[i].words, commands[i].help);
	puts("\nTRACEE_BPF_FILE        the object, or the directory that holds it; then nothing is made\n"
	     "TRACEE_WEBHOOK_CONFIG  where findings are delivered to (default: " CONFIG ")\n"
	     "TRACEE_READY_FILE      holds a process id while events are traced (default: " HEALTH_FILE ")\n\n"
	     "The exit status is that of the program that was run; tracee(1) has the rest.");
	return fflush(stdout) == 0 ? STATUS_OK : STATUS_FAILED;
}

static const struct command *command_find(const char *word)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i].name, word) == 0)
			return &commands[i];
	}
	return strcmp(word, "-h") == 0 ? command_find("--help") : NULL;
}

/* One string with several words is what a manifest made of them: nothing here splits it. */
static bool is_several_words(const char *word)
{
	const char *space = strchr(word, ' ');
	size_t length = strcspn(word, "= ");

	return space && (word[0] == '-' ? word[length] == ' ' : strncmp(word, "trace ", 6) == 0);
}

static int choose(int argc, char **argv)
{
	const struct command *command = argc ? command_find(argv[0]) : NULL;

	for (int i = 0; i < argc; i++) {
		if (!is_several_words(argv[i]))
			continue;
		say("'%s' is one word with spaces in it: expected each word as one of its own (in a manifest: one item of the list each)", argv[i]);
		return STATUS_USAGE;
	}
	if (command)
		return command->run(argc, argv);
	if (argc && argv[0][0] != '-') {
		say("'%s' is no command: expected trace, build, headers, check, simulate, health, install, or options (see --help)", argv[0]);
		return STATUS_USAGE;
	}
	return detect(argc, argv);
}

int main(int argc, char **argv)
{
	if (argc > WORDS_MAX) {
		say("%d words are too many: at most %d are taken", argc, WORDS_MAX);
		return STATUS_USAGE;
	}
	signals_hold();
	return choose(argc > 0 ? argc - 1 : 0, argv + (argc > 0));
}
