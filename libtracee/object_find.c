// SPDX-License-Identifier: Apache-2.0
/* Which of the objects that lie about is the one for this kernel and this version. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tracee/tracee.h>

#include "libtracee/base/error.h"
#include "libtracee/base/text.h"

#define NAMES_SHOWN 8
#define N_SPELLINGS 2 /* the version with and without its 'v' */

static void tell(const struct tracee_object_search *search, const char *path, const char *what)
{
	if (search->tell)
		search->tell(search->tell_context, path, what);
}

/* The @i-th spelling of the name for @release; the version as given comes first. */
static int name_spelled(const struct tracee_object_search *search, const char *release, int i, char name[NAME_MAX + 1],
			struct tracee_error *err)
{
	const char *version = search->version;
	char other[NAME_MAX + 1];

	if (i == 1) {
		if (version[0] == 'v')
			version++;
		else if ((size_t)snprintf(other, sizeof(other), "v%s", version) < sizeof(other))
			version = other;
	}
	return tracee_object_name(release, version, name, NAME_MAX + 1, err);
}

/* Opens @path and checks that it is for this kernel. */
static int try_path(const struct tracee_object_search *search, const char *path, enum tracee_object_owner owner,
		    struct tracee_object_file *ret_file, struct tracee_error *err)
{
	struct tracee_object_file file = {};
	struct tracee_error reason = {};
	int r;

	r = tracee_object_open(path, owner, &file, &reason);
	if (r == -ENOENT || r == -ENOTDIR) {
		tell(search, path, "not there");
		return -ENOENT;
	}
	if (r == 0) {
		r = tracee_object_match(&file.object, search->kernel, search->version, &reason);
		if (r < 0)
			error_prefix(&reason, r, "object '%s'", path);
	}
	if (r < 0) {
		tracee_object_close(&file);
		tell(search, path, reason.text);
		return error_set(err, r, "%s", reason.text);
	}
	tell(search, path, "taken");
	*ret_file = file;
	return 0;
}

/* Both spellings in @directory. -ENOENT if neither is there. */
static int try_directory(const struct tracee_object_search *search, const char *directory, const char *release,
			 enum tracee_object_owner owner, struct tracee_object_file *ret_file, struct tracee_error *err)
{
	char path[PATH_MAX], name[NAME_MAX + 1];
	int r = -ENOENT;

	for (int i = 0; i < N_SPELLINGS && r == -ENOENT; i++) {
		r = name_spelled(search, release, i, name, err);
		if (r < 0)
			return r;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
			return error_set(err, -ENAMETOOLONG, "directory '%.200s…' is too long a path", directory);
		r = try_path(search, path, owner, ret_file, err);
	}
	return r;
}

/* "a, b and 3 more" of the objects in @directory, for whoever mistook one for another. */
static void list_objects(const char *directory, struct text *text)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)) != NULL) {
		size_t length = strlen(entry->d_name);

		if (strncmp(entry->d_name, "tracee.bpf.", 11) != 0 || length < 2 || strcmp(entry->d_name + length - 2, ".o") != 0)
			continue;
		if (n++ < NAMES_SHOWN)
			text_format(text, "%s'%s'", n > 1 ? ", " : "", entry->d_name);
	}
	if (n > NAMES_SHOWN)
		text_format(text, " and %d more", n - NAMES_SHOWN);
	if (n == 0)
		text_add(text, "no other object");
	if (dir)
		closedir(dir);
}

static int find_named(const struct tracee_object_search *search, struct tracee_object_file *ret_file, struct tracee_error *err)
{
	char name[NAME_MAX + 1];
	struct text others;
	struct stat st;
	int r;

	if (stat(search->bpf_file, &st) < 0)
		return error_errno(err, -errno, "TRACEE_BPF_FILE names '%s'", search->bpf_file);
	if (!S_ISDIR(st.st_mode)) {
		r = try_path(search, search->bpf_file, TRACEE_OWNER_ANY, ret_file, err);
		return r < 0 ? error_prefix(err, r, "TRACEE_BPF_FILE") : 0;
	}
	r = try_directory(search, search->bpf_file, search->kernel->release, TRACEE_OWNER_ANY, ret_file, err);
	if (r != -ENOENT)
		return r < 0 ? error_prefix(err, r, "TRACEE_BPF_FILE") : 0;
	r = name_spelled(search, search->kernel->release, 0, name, err);
	if (r < 0)
		return r;
	text_init(&others, 600);
	list_objects(search->bpf_file, &others);
	error_set(err, 0, "TRACEE_BPF_FILE is the directory '%s', and '%s' is not in it (there is: %s): make that object with "
			  "'tracee-builder build --kernel %s', or name the file",
		  search->bpf_file, name, text_string(&others), search->kernel->release);
	text_done(&others);
	return -ENOENT;
}

static int none_found(const struct tracee_object_search *search, struct tracee_error *err)
{
	char name[NAME_MAX + 1];
	struct text places;
	int r = name_spelled(search, search->kernel->release, 0, name, err);

	if (r < 0)
		return r;
	text_init(&places, 600);
	for (size_t i = 0; search->directories[i]; i++)
		text_format(&places, "%s'%s'", i ? ", " : "", search->directories[i]);
	error_set(err, 0, "no object '%s' in %s%s: make it with 'tracee-builder build --kernel %s' and put it there, or name it in "
			  "TRACEE_BPF_FILE",
		  name, text_string(&places), search->core_directory ? ", and no core object" : "", search->kernel->release);
	text_done(&places);
	return -ENOENT;
}

int tracee_object_find(const struct tracee_object_search *search, struct tracee_object_file *ret_file, struct tracee_error *err)
{
	struct tracee_error first = {};
	int refused = 0, r;

	if (search->bpf_file && *search->bpf_file)
		return find_named(search, ret_file, err);
	for (size_t i = 0; search->directories[i]; i++) {
		r = try_directory(search, search->directories[i], search->kernel->release, TRACEE_OWNER_TRUSTED, ret_file, err);
		if (r == 0)
			return 0;
		if (r != -ENOENT && !refused && err)
			first = *err;
		if (r != -ENOENT && !refused)
			refused = r;
	}
	if (search->core_directory) {
		r = try_directory(search, search->core_directory, "core", TRACEE_OWNER_TRUSTED, ret_file, err);
		if (r == 0 || (r != -ENOENT && !refused))
			return r;
	}
	if (refused) {
		if (err)
			*err = first;
		return refused;
	}
	return none_found(search, err);
}
