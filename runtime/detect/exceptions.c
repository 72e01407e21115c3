// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/exceptions.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/number.h"
#include "runtime/detect/engine.h"

#define PATH_BYTES 4097 /* of an executable, with a NUL */

enum container { CONTAINER_UNASKED, CONTAINER_NONE, CONTAINER_ANY, CONTAINER_ID };

struct exception {
	struct exception *next;
	uint32_t rules;
	char *executable; /* pattern, or NULL */
	bool has_owner, has_user;
	uint32_t owner, user;
	enum container container;
	char container_id[65];
};

struct exceptions {
	struct exception *first, **last;
};

/* Where the parser is. */
struct place {
	const char *name;
	unsigned int line;
	struct tracee_error *err;
};

#define REFUSE(place, ...) error_prefix((place)->err, error_set((place)->err, -EINVAL, __VA_ARGS__), "exceptions '%s', line %u", \
					(place)->name, (place)->line)

/* ---- words ---------------------------------------------------------------------------------- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Cuts the next word off the line at *@p, without the quotes that may be in it. NULL at the end of the line; *@ret_is_open: a
 * quote is not closed.
 */
static char *next_word(char **p, bool *ret_is_open)
{
	char *from = *p, *to, *word;
	bool is_quoted = false;

	while (is_space(*from))
		from++;
	if (!*from || *from == '#')
		return NULL;
	word = to = from;
	for (; *from && (is_quoted || !is_space(*from)); from++) {
		if (*from == '"')
			is_quoted = !is_quoted;
		else
			*to++ = *from;
	}
	*p = *from ? from + 1 : from;
	*to = '\0';
	*ret_is_open = is_quoted;
	return word;
}

/* ---- conditions ----------------------------------------------------------------------------- */

static int parse_rules(struct exception *exception, const char *word, const struct place *place)
{
	if (strcmp(word, "*") == 0) {
		exception->rules = engine_all_rules();
		return 0;
	}
	if (engine_parse_rules(word, &exception->rules, NULL) < 0)
		return REFUSE(place, "'%s' is not a rule, nor rules with commas between: expected TRC-1 to TRC-7, or '*'", word);
	return 0;
}

/* Without the name service, which a static program cannot ask. */
static bool find_user(const char *name, uint32_t *ret_uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user;
	bool is_found = false;

	while (file && !is_found && (user = fgetpwent(file))) {
		is_found = strcmp(user->pw_name, name) == 0;
		if (is_found)
			*ret_uid = user->pw_uid;
	}
	if (file)
		fclose(file);
	return is_found;
}

static int parse_user(const char *key, const char *value, uint32_t *ret_uid, const struct place *place)
{
	uint64_t number;

	if (number_parse(value, UINT32_MAX - 1, &number) == 0) {
		*ret_uid = (uint32_t)number;
		return 0;
	}
	if (find_user(value, ret_uid))
		return 0;
	return REFUSE(place, "%s '%s' is neither a number nor a user in /etc/passwd", key, value);
}

static int take_executable(struct exception *exception, const char *value, const struct place *place)
{
	if (exception->executable)
		return REFUSE(place, "'executable=' is there twice: expected another line for another one");
	if (value[0] != '/' && value[0] != '*')
		return REFUSE(place, "executable '%s' is no absolute path", value);
	exception->executable = strdup(value);
	return exception->executable ? 0 : error_errno(place->err, -ENOMEM, "exceptions");
}

static int take_owner(struct exception *exception, const char *value, const struct place *place)
{
	exception->has_owner = true;
	return parse_user("owner", value, &exception->owner, place);
}

static int take_user(struct exception *exception, const char *value, const struct place *place)
{
	exception->has_user = true;
	return parse_user("user", value, &exception->user, place);
}

static int take_container(struct exception *exception, const char *value, const struct place *place)
{
	size_t length = strlen(value);

	if (strcmp(value, "none") == 0) {
		exception->container = CONTAINER_NONE;
	} else if (strcmp(value, "any") == 0) {
		exception->container = CONTAINER_ANY;
	} else if (length >= 4 && length < sizeof(exception->container_id) && strspn(value, "0123456789abcdef") == length) {
		exception->container = CONTAINER_ID;
		strcpy(exception->container_id, value);
	} else {
		return REFUSE(place, "container '%s': expected 'none', 'any', or 4 to 64 digits that an id begins with", value);
	}
	return 0;
}

static const struct {
	const char *key;
	int (*take)(struct exception *exception, const char *value, const struct place *place);
} conditions[] = {
	{ "executable=", take_executable },
	{ "owner=", take_owner },
	{ "user=", take_user },
	{ "container=", take_container },
};

static int parse_condition(struct exception *exception, const char *word, const struct place *place)
{
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		size_t length = strlen(conditions[i].key);

		if (strncmp(word, conditions[i].key, length) == 0)
			return conditions[i].take(exception, word + length, place);
	}
	return REFUSE(place, "'%s' is no condition: expected executable=, owner=, user= or container=", word);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void exception_free(struct exception *exception)
{
	if (!exception)
		return;
	free(exception->executable);
	free(exception);
}

static int parse_words(struct exception *exception, char *word, char *rest, const struct place *place)
{
	int r = parse_rules(exception, word, place);
	unsigned int n = 0;
	bool is_open;

	for (; r == 0 && (word = next_word(&rest, &is_open)); n++)
		r = is_open ? REFUSE(place, "a quote is not closed: '%s'", word) : parse_condition(exception, word, place);
	if (r == 0 && !n)
		r = REFUSE(place, "there is no condition behind the rules: expected executable=, owner=, user= or container=");
	return r;
}

static int parse_line(struct exceptions *exceptions, char *line, const struct place *place)
{
	bool is_open;
	char *word = next_word(&line, &is_open);
	struct exception *exception;
	int r;

	if (!word)
		return 0;
	exception = calloc(1, sizeof(*exception));
	if (!exception)
		return error_errno(place->err, -ENOMEM, "exceptions");
	r = parse_words(exception, word, line, place);
	if (r < 0) {
		exception_free(exception);
		return r;
	}
	*exceptions->last = exception;
	exceptions->last = &exception->next;
	return 0;
}

DEFINE_CLEANUP(struct exceptions *, exceptions_free)

int exceptions_parse(const char *name, const char *text, size_t size_bytes, struct exceptions **ret_exceptions,
		     struct tracee_error *err)
{
	CLEANUP(exceptions_free_at) struct exceptions *exceptions = calloc(1, sizeof(*exceptions));
	CLEANUP(free_at) uint8_t *copy = malloc(size_bytes + 1);
	struct place place = { .name = name, .err = err };
	char *line = (char *)copy;

	if (!exceptions || !copy)
		return error_errno(err, -ENOMEM, "exceptions '%s'", name);
	exceptions->last = &exceptions->first;
	memcpy(copy, text, size_bytes);
	copy[size_bytes] = '\0';
	if (strlen(line) != size_bytes)
		return error_set(err, -EINVAL, "exceptions '%s': a NUL stands in it: expected text", name);
	while (line) {
		char *end = strchr(line, '\n');
		int r;

		place.line++;
		if (end)
			*end = '\0';
		r = parse_line(exceptions, line, &place);
		if (r < 0)
			return r;
		line = end ? end + 1 : NULL;
	}
	*ret_exceptions = TAKE(exceptions);
	return 0;
}

int exceptions_read(const char *path, struct exceptions **ret_exceptions, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size;
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(err, -errno, "exceptions '%s'", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, -EINVAL, "exceptions '%s': expected a regular file", path);
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return error_set(err, -EACCES,
				 "exceptions '%s': others could change it: expected a file of root's or of yours that neither group nor "
				 "others can write to",
				 path);
	r = file_read_fd(fd, EXCEPTIONS_FILE_MAX, &bytes, &size);
	if (r < 0)
		return error_errno(err, r, "exceptions '%s'", path);
	return exceptions_parse(path, (const char *)bytes, size, ret_exceptions, err);
}

void exceptions_free(struct exceptions *exceptions)
{
	struct exception *next;

	if (!exceptions)
		return;
	for (struct exception *exception = exceptions->first; exception; exception = next) {
		next = exception->next;
		exception_free(exception);
	}
	free(exceptions);
}

/* ---- findings ------------------------------------------------------------------------------- */

/* A path with a NUL in it, or a longer one than there is, is none. */
static bool is_executable(const char *pattern, const struct tracee_executable *executable)
{
	char path[PATH_BYTES];

	if (!executable->path || executable->path_size_bytes >= sizeof(path) ||
	    memchr(executable->path, '\0', executable->path_size_bytes))
		return false;
	memcpy(path, executable->path, executable->path_size_bytes);
	path[executable->path_size_bytes] = '\0';
	return fnmatch(pattern, path, 0) == 0;
}

static bool is_container(const struct exception *exception, const char *id)
{
	switch (exception->container) {
	case CONTAINER_NONE:
		return !id[0];
	case CONTAINER_ANY:
		return id[0];
	case CONTAINER_ID:
		return strncmp(id, exception->container_id, strlen(exception->container_id)) == 0;
	default:
		return true;
	}
}

static bool is_rule(const struct exception *exception, const struct signature *signature)
{
	for (size_t i = 0; signatures[i]; i++) {
		if (signatures[i] == signature)
			return exception->rules & UINT32_C(1) << i;
	}
	return false;
}

static bool matches(const struct exception *exception, const struct finding *finding)
{
	const struct tracee_event *event = finding->event;

	return is_rule(exception, finding->signature) &&
	       (!exception->executable || is_executable(exception->executable, &event->executable)) &&
	       (!exception->has_owner || (event->has_executable && event->executable.uid == exception->owner)) &&
	       (!exception->has_user || event->uid == exception->user) && is_container(exception, event->container_id);
}

bool exceptions_match(const struct exceptions *exceptions, const struct finding *finding)
{
	if (!exceptions)
		return false;
	for (const struct exception *exception = exceptions->first; exception; exception = exception->next) {
		if (matches(exception, finding))
			return true;
	}
	return false;
}

bool exceptions_need_paths(const struct exceptions *exceptions)
{
	if (!exceptions)
		return false;
	for (const struct exception *exception = exceptions->first; exception; exception = exception->next) {
		if (exception->executable)
			return true;
	}
	return false;
}
