// SPDX-License-Identifier: Apache-2.0
/* tracee-simulate: provokes what tracee-runtime detects, harmlessly. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulate/case.h"
#include "simulate/place.h"

static const struct simulate_case *const rules[] = {
	cases_stdio, cases_debugging, cases_injection, cases_memory, cases_fileless, cases_modules, cases_preload,
};
#define N_RULES (sizeof(rules) / sizeof(rules[0]))

enum status { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

static const char usage[] =
	"Usage: tracee-simulate [--json] TRC-n|CASE...\n"
	"       tracee-simulate --list [--json]\n"
	"\n"
	"Does what the detections of tracee-runtime are about, harmlessly: to itself, to processes that\n"
	"it has made, and in a directory of its own below TMPDIR or /tmp. Run tracee-runtime beside it.\n"
	"\n"
	"  TRC-n      all cases of a rule; 'all' for those of all rules\n"
	"  CASE       one case: FLE-01\n"
	"  --list     the cases, and what each does\n"
	"  --json     one JSON object a line: the case, its process, and what shall be found\n"
	"  --help     this text\n"
	"  --version  the version\n"
	"\n"
	"Some cases need root; what cannot be done here is told as skipped.\n"
	"Exit status: 0 all that was named was done or skipped; 1 a case went wrong; 2 wrong arguments.\n";

static bool is_json;

static bool is_named(const struct simulate_case *c, const char *name)
{
	return strcasecmp(name, "all") == 0 || strcasecmp(name, c->id) == 0 || strcasecmp(name, c->rule) == 0;
}

static const struct simulate_case *case_by_id(const char *id)
{
	for (size_t i = 0; i < N_RULES; i++) {
		for (const struct simulate_case *c = rules[i]; c->id; c++) {
			if (strcmp(c->id, id) == 0)
				return c;
		}
	}
	return NULL;
}

/* Texts of cases have nothing in them that JSON escapes. */
static void tell(const struct simulate_case *c, pid_t pid, const char *outcome)
{
	if (!is_json) {
		printf("%-6s %-10s %-40s %s\n", c->rule, c->id, c->what, outcome);
		return;
	}
	printf("{\"case\":\"%s\",\"rule\":\"%s\",\"what\":\"%s\",", c->id, c->rule, c->what);
	if (pid)
		printf("\"pid\":%ld,\"outcome\":\"%s\",", (long)pid, outcome);
	printf("\"expected\":%s,\"expectedWithoutKprobes\":%s}\n", c->expected,
	       c->expected_without_kprobes ? c->expected_without_kprobes : "null");
}

/* The exit status of a case is 0, or the errno of what it could not do. */
static void run_in_new_image(const struct simulate_case *c)
{
	char id[32];
	const char *const arguments[] = { "tracee-simulate", "--run", id, NULL };

	snprintf(id, sizeof(id), "%s", c->id);
	execve("/proc/self/exe", (char *const *)arguments, environ);
	_exit(errno);
}

static bool run_case(const struct simulate_case *c)
{
	char outcome[128] = "done";
	bool is_right = true;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	if (place_make() < 0)
		return false;
	pid = fork();
	if (pid == 0)
		run_in_new_image(c);
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "tracee-simulate: case %s: %s\n", c->id, strerror(errno));
		is_right = false;
	} else if (WIFSIGNALED(status)) {
		snprintf(outcome, sizeof(outcome), "ended by signal %d", WTERMSIG(status));
		is_right = false;
	} else if (WEXITSTATUS(status)) {
		snprintf(outcome, sizeof(outcome), "skipped: %s", strerror(WEXITSTATUS(status)));
	}
	tell(c, pid, outcome);
	place_remove();
	return is_right;
}

/* Calls @each for the cases that are named; false if one of the names is none, or something went wrong. */
static enum status for_names(char **names)
{
	enum status status = STATUS_DONE;

	for (; *names; names++) {
		bool is_known = false;

		for (size_t i = 0; i < N_RULES; i++) {
			for (const struct simulate_case *c = rules[i]; c->id; c++) {
				if (!is_named(c, *names))
					continue;
				is_known = true;
				if (!run_case(c))
					status = STATUS_FAILED;
			}
		}
		if (!is_known) {
			fprintf(stderr,
				"tracee-simulate: '%s' is neither a rule nor a case: expected TRC-1 to TRC-7, 'all', or one that "
				"'tracee-simulate --list' tells\n",
				*names);
			return STATUS_USAGE;
		}
	}
	return status;
}

/* 0 or the errno. */
static int unlink_this(void)
{
	static char path[4096];

	return readlink("/proc/self/exe", path, sizeof(path) - 1) < 0 || unlink(path) < 0 ? errno : 0;
}

/* Whether this image is a memfd. */
static bool is_in_memory(void)
{
	char path[64] = "";

	return readlink("/proc/self/exe", path, sizeof(path) - 1) > 0 && strncmp(path, "/memfd:", strlen("/memfd:")) == 0;
}

static void list(void)
{
	for (size_t i = 0; i < N_RULES; i++) {
		for (const struct simulate_case *c = rules[i]; c->id; c++)
			tell(c, 0, "");
	}
}

static int run_named(const char *id)
{
	const struct simulate_case *c = case_by_id(id);
	int r = c ? c->run() : -EINVAL;

	return -r;
}

int main(int argc, char **argv)
{
	enum { OPTION_HELP = 256, OPTION_VERSION, OPTION_LIST, OPTION_JSON, OPTION_RUN, OPTION_END, OPTION_WHERE, OPTION_UNLINK,
	       OPTION_PRELOAD };
	static const struct option longs[] = {
		{ "help", no_argument, NULL, OPTION_HELP }, { "version", no_argument, NULL, OPTION_VERSION },
		{ "list", no_argument, NULL, OPTION_LIST }, { "json", no_argument, NULL, OPTION_JSON },
		/* For this program itself: what the images that it executes do. */
		{ "run", required_argument, NULL, OPTION_RUN },
		{ "end", no_argument, NULL, OPTION_END },
		{ "where", no_argument, NULL, OPTION_WHERE },
		{ "unlink", no_argument, NULL, OPTION_UNLINK },
		{ "preload", required_argument, NULL, OPTION_PRELOAD }, /* of the loader */
		{ 0 },
	};
	bool lists = false;
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (c) {
		case OPTION_END:
			_exit(0);
		case OPTION_PRELOAD:
			break;
		case OPTION_UNLINK:
			_exit(unlink_this());
		case OPTION_WHERE:
			_exit(!is_in_memory());
		case OPTION_RUN:
			_exit(run_named(optarg));
		case 'h':
		case OPTION_HELP:
			fputs(usage, stdout);
			return STATUS_DONE;
		case OPTION_VERSION:
			puts("tracee-simulate " TRACEE_VERSION);
			return STATUS_DONE;
		case OPTION_LIST:
			lists = true;
			break;
		case OPTION_JSON:
			is_json = true;
			break;
		default:
			fputs("tracee-simulate: 'tracee-simulate --help' tells the options\n", stderr);
			return STATUS_USAGE;
		}
	}
	if (lists) {
		list();
		return STATUS_DONE;
	}
	if (optind == argc) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	return (int)for_names(argv + optind);
}
