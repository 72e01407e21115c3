// SPDX-License-Identifier: Apache-2.0
#include "builder/package/selection.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "builder/package/unpack.h"
#include "libtracee/base/error.h"

#define SHOWN_MAX 200

const char *entry_shown(const char *name)
{
	static char shown[SHOWN_MAX + 4];
	size_t length = strnlen(name, SHOWN_MAX);

	for (size_t i = 0; i < length; i++)
		shown[i] = (unsigned char)name[i] < 0x20 || (unsigned char)name[i] >= 0x7f ? '?' : name[i];
	strcpy(shown + length, name[length] ? "…" : "");
	return shown;
}

/* ---- names ------------------------------------------------------------------------------------- */

/* The component at @p: its length; @ret_next is behind the slashes that follow. */
static size_t component(const char *p, const char **ret_next)
{
	size_t length = strcspn(p, "/");

	*ret_next = p + length + strspn(p + length, "/");
	return length;
}

static bool is_component(const char *p, const char *name)
{
	size_t length = strlen(name);

	return strncmp(p, name, length) == 0 && (p[length] == '/' || p[length] == '\0');
}

static size_t count_components(const char *path)
{
	size_t n = 0;

	while (*path) {
		component(path, &path);
		n++;
	}
	return n;
}

static bool has_control_characters(const char *name)
{
	for (; *name; name++) {
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return true;
	}
	return false;
}

static int refuse(const char *name, const char *reason, struct tracee_error *err)
{
	return error_set(err, -EACCES, "'%s' %s", entry_shown(name), reason);
}

int entry_path(const char *name, char ret_path[PACKAGE_PATH_SIZE], struct tracee_error *err)
{
	char path[PACKAGE_PATH_SIZE];
	size_t used = 0;

	if (*name == '/')
		return refuse(name, "has an absolute path", err);
	if (has_control_characters(name))
		return refuse(name, "has control characters in its name", err);
	if (strlen(name) >= PACKAGE_PATH_SIZE)
		return error_set(err, -E2BIG, "'%s' is a path of %zu bytes, the limit is %d", entry_shown(name),
				 strlen(name), PACKAGE_PATH_SIZE - 1);
	for (const char *p = name, *next; *p; p = next) {
		size_t length = component(p, &next);

		if (is_component(p, ".."))
			return refuse(name, "leads out of the package with '..'", err);
		if (is_component(p, "."))
			continue;
		if (used)
			path[used++] = '/';
		memcpy(path + used, p, length);
		used += length;
	}
	path[used] = '\0';
	if (count_components(path) > PACKAGE_PATH_COMPONENTS_MAX)
		return error_set(err, -E2BIG, "'%s' is more than %d directories deep", entry_shown(name),
				 PACKAGE_PATH_COMPONENTS_MAX);
	strcpy(ret_path, path);
	return 0;
}

/* ---- where a tree begins ----------------------------------------------------------------------- */

/* The trees of installed systems: what stands behind @prefix names kernel or tree. */
enum place { PLACE_SOURCES, PLACE_MODULES, PLACE_STORE, PLACE_OTHER };

static const char *behind(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(path, prefix, length) == 0 ? path + length : NULL;
}

/* @ret_rest: what follows the prefix of the place. */
static enum place find_place(const char *path, const char **ret_rest)
{
	if ((*ret_rest = behind(path, "usr/src/")))
		return PLACE_SOURCES;
	if ((*ret_rest = behind(path, "lib/modules/")) || (*ret_rest = behind(path, "usr/lib/modules/")))
		return PLACE_MODULES;
	if ((*ret_rest = behind(path, "nix/store/")))
		return PLACE_STORE;
	*ret_rest = path;
	return PLACE_OTHER;
}

/* Behind @n components; NULL if there are not more. */
static const char *skip_components(const char *p, int n)
{
	for (; n && *p; n--)
		component(p, &p);
	return n || !*p ? NULL : p;
}

/* usr/src/X, usr/src/kernels/R, and what SUSE has: usr/src/linux-V-obj/<cpu>/<flavour>. */
static const char *inside_sources(const char *rest)
{
	size_t length = strcspn(rest, "/");

	if (is_component(rest, "kernels"))
		return skip_components(rest, 2);
	if (length > 4 && strncmp(rest + length - 4, "-obj", 4) == 0)
		return skip_components(rest, 3);
	return skip_components(rest, 1);
}

/* R/build/… and R/source/… where these are directories. */
static const char *inside_modules(const char *rest)
{
	const char *p = skip_components(rest, 1);

	return p && (is_component(p, "build") || is_component(p, "source")) ? skip_components(p, 1) : NULL;
}

/* <hash>-linux-V-dev/lib/modules/V/…, and beside lib/ a vmlinux. */
static const char *inside_store(const char *rest)
{
	const char *p = skip_components(rest, 1);
	const char *modules = p ? behind(p, "lib/modules/") : NULL;

	return modules ? inside_modules(modules) : p;
}

/*
 * A tree under a prefix that we cannot know. The kernel has folders 'include' and 'arch' elsewhere
 * too, and user space has its own below usr/: none of these is a tree.
 */
static const char *inside_other(const char *path)
{
	static const char *const no_prefix[] = { "usr",	  "tools", "scripts",  "drivers",	"samples",
						 "sound", "fs",	   "security", "Documentation", "net" };
	const char *next;
	int depth = 0;

	for (const char *p = path; *p; p = next, depth++) {
		size_t length = component(p, &next);

		if (is_component(p, "include") || is_component(p, "arch"))
			return p;
		/* The files at the top of a tree: at most three directories down. */
		if (!p[length])
			return depth <= 3 ? p : NULL;
		for (size_t i = 0; i < sizeof(no_prefix) / sizeof(no_prefix[0]); i++) {
			if (is_component(p, no_prefix[i]))
				return NULL;
		}
	}
	return NULL;
}

/* The path below the top of the tree that @path is in; NULL if it is in none. */
static const char *inside_tree(enum place place, const char *rest)
{
	switch (place) {
	case PLACE_SOURCES:
		return inside_sources(rest);
	case PLACE_MODULES:
		return inside_modules(rest);
	case PLACE_STORE:
		return inside_store(rest);
	case PLACE_OTHER:
		break;
	}
	return inside_other(rest);
}

/* ---- what is needed of a tree ------------------------------------------------------------------ */

/*
 * Below include/. Left out are interfaces of drivers, a fifth of all files, that nothing leads to from
 * the headers of a layout: not by any #include in any branch of any #if, of 5.10, 6.1, 6.12 and 7.2, for
 * x86 and arm64. Folders that are not reached either but belong to the kernel proper (net, crypto,
 * trace) stay. The thousands of empty files in config/ (before 5.15) are for make alone.
 */
static bool is_needed_include(const char *path)
{
	static const char *const left_out[] = { "dt-bindings",
						"drm",
						"media",
						"rdma",
						"soc",
						"sound",
						"uapi/drm",
						"uapi/rdma",
						"uapi/sound",
						"linux/mfd",
						"linux/platform_data" };

	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		if (is_component(path, left_out[i]))
			return false;
	}
	return !is_component(path, "config") || strcmp(path, "config/kernel.release") == 0;
}

/* Below arch/. x86 and arm64 are built for; Xen's headers of arm64 are those of arm. */
static bool is_needed_arch(const char *path)
{
	return behind(path, "x86/include/") || behind(path, "arm64/include/") ||
	       behind(path, "arm/include/asm/xen/") || strcmp(path, "arm/include/asm/opcodes.h") == 0;
}

static enum selected select_in_tree(const char *path)
{
	static const char *const top_files[] = { ".config", "Makefile", ".kernelvariables", "vmlinux.id" };
	static const char *const top_links[] = {
		"include", "arch", "arch/x86", "arch/arm64", "arch/x86/include", "arch/arm64/include", "source"
	};
	const char *rest;

	if ((rest = behind(path, "include/")))
		return is_needed_include(rest) ? SELECTED_HEADER : SELECTED_NOTHING;
	if ((rest = behind(path, "arch/")) && is_needed_arch(rest))
		return SELECTED_HEADER;
	if (strcmp(path, "vmlinux") == 0)
		return SELECTED_VMLINUX;
	for (size_t i = 0; i < sizeof(top_files) / sizeof(top_files[0]); i++) {
		if (strcmp(path, top_files[i]) == 0)
			return SELECTED_HEADER;
	}
	for (size_t i = 0; i < sizeof(top_links) / sizeof(top_links[0]); i++) {
		if (strcmp(path, top_links[i]) == 0)
			return SELECTED_LINK;
	}
	return SELECTED_NOTHING;
}

/* ---- beside trees ------------------------------------------------------------------------------ */

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The module that holds a kernel's headers, as distributions compress it. */
static bool is_kheaders_module(const char *name)
{
	static const char *const names[] = { "kheaders.ko", "kheaders.ko.gz", "kheaders.ko.xz", "kheaders.ko.zst" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* lib/modules/R/{build,source} with the prefix gone. */
static bool is_module_link(const char *rest)
{
	const char *p = skip_components(rest, 1);

	return p && (strcmp(p, "build") == 0 || strcmp(p, "source") == 0);
}

static enum selected select_beside_tree(enum place place, const char *rest)
{
	switch (place) {
	case PLACE_SOURCES:
		return strchr(rest, '/') ? SELECTED_NOTHING : SELECTED_LINK;
	case PLACE_MODULES:
		if (is_module_link(rest))
			return SELECTED_LINK;
		return is_kheaders_module(last_component(rest)) ? SELECTED_VMLINUX : SELECTED_NOTHING;
	case PLACE_STORE:
		rest = strstr(rest, "/lib/modules/");
		return rest && is_module_link(rest + strlen("/lib/modules/")) ? SELECTED_LINK : SELECTED_NOTHING;
	case PLACE_OTHER:
		break;
	}
	return SELECTED_NOTHING;
}

/* ---- of which kernel --------------------------------------------------------------------------- */

/* The first "<digits>.<digits>" in a name up to a '/': where it begins, and its length. */
static const char *find_version(const char *name, size_t *ret_length)
{
	static const char digits[] = "0123456789";

	for (const char *p = name; *p && *p != '/'; p++) {
		size_t major = strspn(p, digits), minor;

		if (major == 0)
			continue;
		minor = p[major] == '.' ? strspn(p + major + 1, digits) : 0;
		if (minor) {
			*ret_length = major + 1 + minor;
			return p;
		}
		p += major - 1;
	}
	return NULL;
}

/*
 * A flavour's headers need the folder that all flavours share, and its name can be shorter or longer than
 * the release. What has another major.minor cannot belong to it; a name without numbers may.
 */
static bool is_foreign(const char *name, const char *release)
{
	size_t length, wanted_length;
	const char *wanted = find_version(release, &wanted_length);
	const char *version =
		find_version(is_component(name, "kernels") ? name + strlen("kernels/") : name, &length);

	if (!wanted || !version)
		return false;
	return length != wanted_length || memcmp(version, wanted, length) != 0;
}

int entry_select(const char *path, const char *release, unsigned int n, enum selected *ret_selected,
		 char ret_path[PACKAGE_PATH_SIZE], struct tracee_error *err)
{
	const char *rest, *inside;
	enum place place = find_place(path, &rest);
	enum selected selected;
	char placed[PACKAGE_PATH_SIZE];

	inside = inside_tree(place, rest);
	selected = inside ? select_in_tree(inside) : SELECTED_NOTHING;
	/* Where a build is installed, 'source' leads to its other half; elsewhere it is a name like others. */
	if (place == PLACE_OTHER && selected == SELECTED_LINK && strcmp(inside, "source") == 0)
		selected = SELECTED_NOTHING;
	if (selected == SELECTED_NOTHING)
		selected = select_beside_tree(place, rest);
	if (selected != SELECTED_NOTHING && release && (place == PLACE_SOURCES || place == PLACE_MODULES) &&
	    is_foreign(rest, release))
		selected = SELECTED_FOREIGN;
	if (selected != SELECTED_NOTHING && selected != SELECTED_FOREIGN) {
		if ((size_t)(place == PLACE_OTHER ? snprintf(placed, sizeof(placed), "tree/%u/%s", n, path)
						  : snprintf(placed, sizeof(placed), "%s", path)) >= sizeof(placed))
			return error_set(err, -E2BIG, "'%s' is too long a path", entry_shown(path));
		strcpy(ret_path, placed);
	}
	*ret_selected = selected;
	return 0;
}

/* ---- links ------------------------------------------------------------------------------------- */

size_t link_root_depth(const char *path)
{
	return behind(path, "tree/") ? 2 : 0;
}

bool link_may_be_absolute(const char *path)
{
	const char *rest;

	return find_place(path, &rest) == PLACE_MODULES && is_module_link(rest);
}

/* At the top of an archive, as LinuxKit's layers have them, or one down, or Bottlerocket's wherever. */
bool entry_is_nested(const char *path)
{
	const char *name = last_component(path);

	return strstr(name, ".tar") && package_is_named_like_one(name) &&
	       (count_components(path) <= 2 || behind(name, "kernel-devel."));
}
