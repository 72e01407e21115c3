// SPDX-License-Identifier: Apache-2.0
/*
 * strace CONSTANTS DIFFERENCES STRACE EVENTS
 *
 * Compares what strace(1) and the runtime say of the same run of calls.c: STRACE is the file that
 * `strace -f -X verbose -e verbose=none` wrote, EVENTS the runtime's JSON lines, CONSTANTS what `calls --constants`
 * says. For each call of a thread that made only one: the number of arguments, each value, the names of flags where
 * both have names, and the return value. Where strace shows what is in memory and the event has the address,
 * nothing can be compared, and the call does not count as one that agrees.
 *
 * DIFFERENCES has a line for each known difference: event, `count`, `ret` or the name of an argument, and the
 * reason, separated by tabs. A difference that is not there is an error, and so is a line that no call differs in.
 *
 * Prints what is wrong, a line each, and `compared N, agree N of N system calls, named N of N system calls,
 * explained N, unknown to strace N`: calls, those that agree in everything, arguments that agree in their names, known
 * differences, and calls that strace has no name for.
 * Ends with 0 if nothing is wrong, 1 if something is, 2 if it could not compare.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/syscalls/value.h"

#define OURS "\"processName\":\"calls"
#define N_ARGS 16
#define SHOWN_SIZE 1024
#define N_THREADS 4096
#define N_DIFFERENCES 256

/* What one thread did: its only event, or NULL where it had several, and what strace has begun to say of a call. */
struct thread {
	long tid;
	json_t *event;
	unsigned int n_events;
	char *unfinished;
};

struct difference {
	char *event, *where;
	bool is_used;
};

/* A line of strace's, cut into pieces. */
struct shown {
	char *name, *args[N_ARGS], *ret;
	size_t n_args;
};

struct comparison {
	json_t *constants;
	struct thread threads[N_THREADS];
	size_t n_threads;
	struct difference differences[N_DIFFERENCES];
	size_t n_differences;
	size_t n_compared, n_agree, n_named, n_explained, n_wrong, n_unknown;
	json_t *agree, *named; /* the events of n_agree and n_named, as keys */
};

/* Names of the kernel's headers, and those of events.tsv. */
static const struct {
	const char *strace, *event;
} renamed[] = {
	{ "umount2", "umount" },
	{ "_sysctl", "sysctl" },
	{ "afs_syscall", "afs" },
};

/* ---- reading ---------------------------------------------------------------------------------- */

static struct thread *thread_of(struct comparison *c, long tid)
{
	for (size_t i = 0; i < c->n_threads; i++) {
		if (c->threads[i].tid == tid)
			return &c->threads[i];
	}
	if (c->n_threads == N_THREADS)
		value_die("too many", "threads");
	c->threads[c->n_threads] = (struct thread){ .tid = tid };
	return &c->threads[c->n_threads++];
}

/* Calls @line, which it may change, for every line of a file, without its end. */
static void lines_of(const char *path, void (*line)(struct comparison *c, char *text), struct comparison *c)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		value_die(strerror(errno), path);
	while (getline(&text, &size, file) > 0) {
		text[strcspn(text, "\n")] = '\0';
		line(c, text);
	}
	free(text);
	fclose(file);
}

static bool is_birth(json_t *event)
{
	return strcmp(json_string_value(json_object_get(event, "eventName")), "clone") == 0 &&
	       json_integer_value(json_object_get(event, "returnValue")) == 0;
}

static void event_line(struct comparison *c, char *text)
{
	struct thread *thread;
	json_error_t error;
	json_t *event;

	if (!strstr(text, OURS))
		return;
	event = json_loads(text, 0, &error);
	if (!event)
		value_die(error.text, text);
	thread = thread_of(c, json_integer_value(json_object_get(event, "hostThreadId")));
	if (!is_birth(event) && ++thread->n_events == 1)
		thread->event = json_incref(event);
	json_decref(event);
}

static void difference_line(struct comparison *c, char *text)
{
	char *save, *event = strtok_r(text, "\t", &save), *where = strtok_r(NULL, "\t", &save);

	if (!event || text[0] == '#')
		return;
	if (!where || !strtok_r(NULL, "\t", &save) || c->n_differences == N_DIFFERENCES)
		value_die("expected event, place and reason:", text);
	c->differences[c->n_differences++] = (struct difference){ strdup(event), strdup(where), false };
}

/* ---- strace's lines ----------------------------------------------------------------------------- */

/* Behind the text, brackets and comment at @p: at a comma, or at the bracket that closes the arguments. */
static char *arg_end(char *p)
{
	unsigned int depth = 0;
	bool is_quoted = false;

	for (; *p; p++) {
		if (is_quoted && *p == '\\' && p[1])
			p++;
		else if (*p == '"')
			is_quoted = !is_quoted;
		else if (is_quoted)
			continue;
		else if (depth == 0 && (*p == ',' || *p == ')'))
			break;
		else if (strchr("([{", *p))
			depth++;
		else if (strchr(")]}", *p))
			depth--;
	}
	return p;
}

/* Some arguments have their name before them: flags=0x11. */
static char *arg_begin(char *p)
{
	size_t length = strspn(p, "abcdefghijklmnopqrstuvwxyz_");

	return length > 0 && p[length] == '=' ? p + length + 1 : p;
}

/* "name(arg, …)   = ret"; false if it is something else. */
static bool shown_parse(char *text, struct shown *ret_shown)
{
	char *p = strchr(text, '('), *end;

	if (!p)
		return false;
	*ret_shown = (struct shown){ .name = text };
	*p++ = '\0';
	while (*p && *p != ')' && ret_shown->n_args < N_ARGS) {
		end = arg_end(p);
		ret_shown->args[ret_shown->n_args++] = arg_begin(p);
		if (*end == '\0')
			return false;
		p = *end == ',' ? end + 1 + strspn(end + 1, " ") : end;
		if (*end == ')') {
			*end = '\0';
			p = end + 1;
			break;
		}
		*end = '\0';
	}
	p = strstr(p, "= ");
	ret_shown->ret = p ? p + 2 : NULL;
	return p;
}

/* ---- one call ----------------------------------------------------------------------------------- */

static bool is_explained(struct comparison *c, const char *event, const char *where)
{
	for (size_t i = 0; i < c->n_differences; i++) {
		struct difference *difference = &c->differences[i];

		if (strcmp(difference->event, event) == 0 && strcmp(difference->where, where) == 0) {
			difference->is_used = true;
			c->n_explained++;
			return true;
		}
	}
	return false;
}

static void differs(struct comparison *c, const char *event, const char *where, const char *strace, json_t *ours)
{
	char *text;

	if (is_explained(c, event, where))
		return;
	text = json_dumps(ours, JSON_COMPACT | JSON_ENCODE_ANY);
	printf("%s %s: strace has %s, event has %s\n", event, where, strace, text);
	free(text);
	c->n_wrong++;
}

enum verdict { AGREES, AGREES_BY_NAME, DIFFERS, CANNOT_TELL };

/* The part of @names, which are joined by '|', at *p; false at the end. */
static bool part_next(const char **p, size_t *ret_length)
{
	if (!**p)
		return false;
	*ret_length = strcspn(*p, "|");
	return true;
}

static void part_skip(const char **p, size_t length)
{
	*p += length + ((*p)[length] == '|');
}

static bool has_part(const char *names, const char *part, size_t length)
{
	size_t size;

	for (const char *p = names; part_next(&p, &size); part_skip(&p, size)) {
		if (size == length && memcmp(p, part, length) == 0)
			return true;
	}
	return false;
}

/*
 * Numbers and the names that strace has for them in comments, such as 0x80000 and O_CLOEXEC: the numbers, and the
 * names, each joined by '|'. A number without a comment is among the names, too.
 */
static void shown_split(const char *shown, char *ret_numbers, char *ret_names)
{
	for (bool is_more = true; is_more; shown++) {
		size_t length = strcspn(shown, " |");
		const char *begin = shown, *end = shown + length;

		ret_numbers = mempcpy(ret_numbers, shown, length);
		shown += length;
		if (strncmp(shown, " /* ", 4) == 0 && strstr(shown, " */")) {
			begin = shown + 4;
			end = strstr(shown, " */");
			shown = end + 3;
		}
		ret_names = mempcpy(ret_names, begin, (size_t)(end - begin));
		is_more = *shown == '|';
		if (is_more) {
			*ret_numbers++ = '|';
			*ret_names++ = '|';
		}
	}
	*ret_numbers = *ret_names = '\0';
}

/* What strace's names leave as numbers, such as the mode in IPC_CREAT|0600. */
static uint64_t unnamed_of(json_t *constants, const char *names)
{
	uint64_t unnamed = 0, number;
	const char *unknown;
	size_t length;

	for (const char *p = names; part_next(&p, &length); part_skip(&p, length)) {
		if (isdigit((unsigned char)*p) && value_number(constants, p, length, &number, &unknown))
			unnamed |= number;
	}
	return unnamed;
}

/*
 * Whether every name in @names is in @others, but for names of numbers that are part of @spare; numbers are
 * compared elsewhere. *ret_n counts those that are in both.
 */
static bool are_names_in(json_t *constants, const char *names, const char *others, uint64_t spare, size_t *ret_n)
{
	const char *unknown;
	uint64_t number;
	size_t length;

	*ret_n = 0;
	for (const char *p = names; part_next(&p, &length); part_skip(&p, length)) {
		if (!value_has_name(p, length))
			continue;
		if (has_part(others, p, length))
			(*ret_n)++;
		else if (!value_number(constants, p, length, &number, &unknown) || (number & ~spare) != 0)
			return false;
	}
	return true;
}

/* Where strace does not know a name, or writes an expression, there are no names to compare. */
static enum verdict names_compare(json_t *constants, const char *names, const char *ours)
{
	size_t n;

	if (!value_has_name(names, strlen(names)) || strpbrk(names, "?(") || !value_has_name(ours, strlen(ours)))
		return AGREES;
	if (!are_names_in(constants, names, ours, 0, &n) ||
	    !are_names_in(constants, ours, names, unnamed_of(constants, names), &n))
		return DIFFERS;
	return n > 0 ? AGREES_BY_NAME : AGREES;
}

/* A text in quotes, which the calls give nothing to escape. */
static enum verdict text_compare(const char *shown, json_t *ours, const char *type)
{
	size_t length = strlen(shown);

	if (strchr(type, '*') && json_is_string(ours) && strncmp(json_string_value(ours), "0x", 2) == 0)
		return CANNOT_TELL;
	if (!json_is_string(ours) || length < 2 || shown[length - 1] != '"' ||
	    json_string_length(ours) != length - 2)
		return DIFFERS;
	return memcmp(shown + 1, json_string_value(ours), length - 2) == 0 ? AGREES : DIFFERS;
}

static bool number_of(struct comparison *c, json_t *ours, uint64_t *ret_number)
{
	const char *unknown;

	if (json_is_integer(ours)) {
		*ret_number = (uint64_t)json_integer_value(ours);
		return true;
	}
	return json_is_string(ours) &&
	       value_number(c->constants, json_string_value(ours), json_string_length(ours), ret_number, &unknown);
}

static enum verdict arg_compare(struct comparison *c, const char *shown, json_t *arg)
{
	char numbers[SHOWN_SIZE], names[SHOWN_SIZE];
	json_t *ours = json_object_get(arg, "value");
	uint64_t number, theirs = 0;
	const char *unknown;

	if (shown[0] == '"')
		return text_compare(shown, ours, json_string_value(json_object_get(arg, "type")));
	if (strchr("[{", shown[0]) || strlen(shown) >= SHOWN_SIZE || !number_of(c, ours, &number))
		return CANNOT_TELL;
	shown_split(shown, numbers, names);
	if (strcmp(shown, "NULL") != 0 && !value_number(c->constants, numbers, strlen(numbers), &theirs, &unknown))
		return CANNOT_TELL;
	if (!value_is_same(theirs, number))
		return DIFFERS;
	return json_is_string(ours) ? names_compare(c->constants, names, json_string_value(ours)) : AGREES;
}

/* "-1 EBADF (Bad file descriptor)" or a number. */
static bool is_ret_same(struct comparison *c, const char *shown, json_t *ours)
{
	uint64_t number, part;
	const char *error = strncmp(shown, "-1 E", 4) == 0 ? shown + 3 : NULL, *unknown;

	if (!value_number(c->constants, error ? error : shown, strcspn(error ? error : shown, " "), &part,
			  &unknown))
		return false;
	number = error ? -part : part;
	return value_is_same(number, (uint64_t)json_integer_value(ours));
}

static void call_compare(struct comparison *c, const struct shown *shown, json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "eventName"));
	json_t *args = json_object_get(event, "args"), *ret = json_object_get(event, "returnValue"), *arg;
	bool is_same = is_ret_same(c, shown->ret, ret);
	char count[24];
	size_t i;

	c->n_compared++;
	if (!is_same)
		differs(c, name, "ret", shown->ret, ret);
	if (shown->n_args != json_array_size(args)) {
		is_same = false;
		snprintf(count, sizeof(count), "%zu arguments", shown->n_args);
		differs(c, name, "count", count, args);
	}
	json_array_foreach(args, i, arg)
	{
		enum verdict verdict = i < shown->n_args ? arg_compare(c, shown->args[i], arg) : CANNOT_TELL;

		is_same &= verdict == AGREES || verdict == AGREES_BY_NAME;
		if (verdict == AGREES_BY_NAME) {
			c->n_named++;
			json_object_set_new(c->named, name, json_true());
		}
		if (verdict == DIFFERS)
			differs(c, name, json_string_value(json_object_get(arg, "name")), shown->args[i],
				json_object_get(arg, "value"));
	}
	if (is_same) {
		c->n_agree++;
		json_object_set_new(c->agree, name, json_true());
	}
}

static bool is_name_same(const char *strace, const char *event)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++) {
		if (strcmp(renamed[i].strace, strace) == 0)
			strace = renamed[i].event;
	}
	return strcmp(strace, event) == 0;
}

/* A call that is newer than strace is shown by its number. */
static bool is_number_of(const char *strace, json_t *event)
{
	unsigned long number;
	char *end;

	if (strncmp(strace, "syscall_0x", 10) != 0)
		return false;
	number = strtoul(strace + 8, &end, 16);
	return *end == '\0' && number == strtoul(json_string_value(json_object_get(event, "eventId")), NULL, 10);
}

/* A whole call of a thread's. */
static void call_line(struct comparison *c, struct thread *thread, char *text)
{
	struct shown shown;
	const char *name;

	if (thread->n_events != 1 || !shown_parse(text, &shown) || strncmp(shown.name, "exit", 4) == 0)
		return;
	name = json_string_value(json_object_get(thread->event, "eventName"));
	if (is_number_of(shown.name, thread->event))
		c->n_unknown++;
	else if (!is_name_same(shown.name, name))
		differs(c, name, "name", shown.name, thread->event);
	else
		call_compare(c, &shown, thread->event);
}

/* "TID call", "TID call <unfinished ...>" or "TID <... call resumed>rest". */
static void strace_line(struct comparison *c, char *text)
{
	char *call, *mark, *whole;
	struct thread *thread = thread_of(c, strtol(text, &call, 10));

	call += strspn(call, " ");
	mark = strstr(call, " <unfinished ...>");
	if (mark) {
		*mark = '\0';
		free(thread->unfinished);
		thread->unfinished = strdup(call);
		return;
	}
	mark = strstr(call, " resumed>");
	if (strncmp(call, "<... ", 5) != 0 || !mark || !thread->unfinished) {
		call_line(c, thread, call);
		return;
	}
	if (asprintf(&whole, "%s%s", thread->unfinished, mark + strlen(" resumed>")) < 0)
		value_die("no memory for", call);
	call_line(c, thread, whole);
	free(whole);
}

static void comparison_done(struct comparison *c)
{
	for (size_t i = 0; i < c->n_threads; i++) {
		json_decref(c->threads[i].event);
		free(c->threads[i].unfinished);
	}
	for (size_t i = 0; i < c->n_differences; i++) {
		free(c->differences[i].event);
		free(c->differences[i].where);
	}
	json_decref(c->constants);
	json_decref(c->agree);
	json_decref(c->named);
}

int main(int argc, char **argv)
{
	static struct comparison c;

	if (argc != 5) {
		fprintf(stderr, "usage: strace CONSTANTS DIFFERENCES STRACE EVENTS\n");
		return 2;
	}
	c.constants = value_load(argv[1]);
	c.agree = json_object();
	c.named = json_object();
	lines_of(argv[2], difference_line, &c);
	lines_of(argv[4], event_line, &c);
	lines_of(argv[3], strace_line, &c);
	for (size_t i = 0; i < c.n_differences; i++) {
		if (c.differences[i].is_used)
			continue;
		printf("%s %s: does not differ, but is among the known differences\n", c.differences[i].event,
		       c.differences[i].where);
		c.n_wrong++;
	}
	printf("compared %zu, agree %zu of %zu system calls, named %zu of %zu system calls, explained %zu, unknown to strace %zu\n",
	       c.n_compared, c.n_agree, json_object_size(c.agree), c.n_named, json_object_size(c.named),
	       c.n_explained, c.n_unknown);
	comparison_done(&c);
	return c.n_compared == 0 ? 2 : c.n_wrong > 0;
}
