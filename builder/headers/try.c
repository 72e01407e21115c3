// SPDX-License-Identifier: Apache-2.0
/* What sources propose is opened, identified and judged here, and the first that may be used is chosen. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "builder/headers/cure.h"
#include "builder/headers/finding.h"
#include "builder/headers/search_parts.h"
#include "builder/headers/sources/source.h"
#include "builder/layout/layout.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define SENTENCE_MAX_BYTES 4096
#define OWN_BTF "/sys/kernel/btf/vmlinux"

void search_path(char ret_path[PATH_MAX], const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(ret_path, PATH_MAX, format, list);
	va_end(list);
	if (n < 0 || n >= PATH_MAX)
		ret_path[0] = '\0';
}

/* ---- choosing ------------------------------------------------------------------------------------ */

static bool goes_on(const struct header_search *search)
{
	return search->request->is_exhaustive || search->choice.kind == CHOICE_NONE;
}

static int open_file(const struct header_root *root, const char *path, int *ret_fd)
{
	CLEANUP(close_at) int fd = -1;
	struct stat st;
	int r = header_root_walk(root, path, O_RDONLY, NULL, &fd);

	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EINVAL;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/*
 * What this machine says of its own kernel is asked only where its own trees are looked at: the kernel of
 * an unpacked root or of packages is another one, whatever it is called.
 */
static bool is_of_this_machine(const struct header_search *search, const struct tracee_kernel *kernel)
{
	return !search->request->root && !search->is_in_packages && header_kernel_is_running(kernel);
}

/*
 * The BTF that comes with a tree: Debian since 6.12 and Arch put a vmlinux into it; and of the running
 * kernel there is its own.
 */
static void attach_btf(struct header_search *search, struct header_choice *choice)
{
	char path[PATH_MAX];

	search_path(path, "%s/vmlinux", choice->tree.place[TREE_BUILD]);
	if (open_file(choice->tree.root, path, &choice->btf_fd) == 0) {
		search_path(choice->btf_path, "%s/vmlinux", choice->tree.path[TREE_BUILD]);
		return;
	}
	if (!is_of_this_machine(search, &choice->identity.kernel))
		return;
	choice->btf_fd = open(OWN_BTF, O_RDONLY | O_CLOEXEC);
	choice->is_own_btf = choice->btf_fd >= 0;
	strcpy(choice->btf_path, OWN_BTF);
}

static void choose_tree(struct header_search *search, struct finding *finding, struct header_tree *tree,
			const struct header_identity *identity, const struct header_judgement *judgement)
{
	struct header_choice *choice = &search->choice;

	if (choice->kind != CHOICE_NONE)
		return;
	choice->kind = CHOICE_TREE;
	choice->tree = *tree;
	*tree = (struct header_tree)HEADER_TREE_NONE;
	choice->identity = *identity;
	choice->judgement = *judgement;
	attach_btf(search, choice);
	finding->is_chosen = true;
}

/* ---- trees --------------------------------------------------------------------------------------- */

/* The place that says most of why nothing could be opened: the first that is not simply not there. */
static const struct tree_place *telling_place(const struct tree_place *places, size_t n_places)
{
	for (size_t i = 0; i < n_places; i++) {
		if (places[i].walk.is_dangling || places[i].r == -EACCES)
			return &places[i];
	}
	return places;
}

static bool is_any_open(const struct tree_place *places, size_t n_places)
{
	for (size_t i = 0; i < n_places; i++) {
		if (places[i].fd >= 0)
			return true;
	}
	return false;
}

static void add_cure(const struct header_search *search, const struct tree_place *place, struct text *cure)
{
	const char *name = strrchr(place->walk.target, '/');

	if (place->r != -ENOENT || !place->walk.is_dangling)
		return;
	if (search->is_in_packages) {
		text_format(cure, "the package of '%s' is missing: name it too with --headers", name ? name + 1 : "");
		return;
	}
	if (cure_can_mount(place->walk.target)) {
		text_add(cure, "in a container add ");
		cure_mount(search->root, place->walk.target, cure);
		text_add(cure, "; ");
	}
	text_add(cure, "where it is not installed, ");
	cure_package(search->root, search->wanted.kernel.release, cure);
}

static int conclude_absent(struct header_search *search, struct finding *finding, const struct tree_place *places,
			   size_t n_places)
{
	const struct tree_place *place = telling_place(places, n_places);
	CLEANUP(text_done) struct text why = {};
	CLEANUP(text_done) struct text cure = {};
	bool is_barred;

	text_init(&why, SENTENCE_MAX_BYTES);
	text_init(&cure, SENTENCE_MAX_BYTES);
	tree_place_explain(search->root, place, &why);
	add_cure(search, place, &cure);
	is_barred = place->r == -EXDEV || place->r == -EACCES;
	return finding_conclude(finding, is_barred ? VERDICT_REFUSED : VERDICT_ABSENT, is_barred ? -EACCES : -ENOENT,
				text_string(&why), text_string(&cure));
}

/* Whether an earlier place failed for the same reason. */
static bool is_told(const struct tree_place *places, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (places[k].fd < 0 && places[k].walk.is_dangling &&
		    strcmp(places[k].walk.target, places[i].walk.target) == 0)
			return true;
	}
	return false;
}

/* What is missing of a tree may be behind a link of another place that leads nowhere. */
static int conclude_incomplete(struct header_search *search, struct finding *finding, const struct tree_place *places,
			       size_t n_places, const char *why)
{
	CLEANUP(text_done) struct text sentence = {};
	CLEANUP(text_done) struct text cure = {};

	text_init(&sentence, SENTENCE_MAX_BYTES);
	text_init(&cure, SENTENCE_MAX_BYTES);
	text_add(&sentence, why);
	for (size_t i = 0; i < n_places; i++) {
		if (places[i].fd >= 0 || !places[i].walk.is_dangling || is_told(places, i))
			continue;
		text_add(&sentence, "; ");
		tree_place_explain(search->root, &places[i], &sentence);
		if (!cure.size_bytes)
			add_cure(search, &places[i], &cure);
	}
	return finding_conclude(finding, VERDICT_INCOMPLETE, -ENOENT, text_string(&sentence), text_string(&cure));
}

static int judge_tree(struct header_search *search, struct finding *finding, struct header_tree *tree)
{
	struct header_wanted wanted = search->wanted;
	struct header_judgement judgement;
	struct header_identity identity;
	struct tracee_error err = {};
	int r = header_tree_identify(tree, &identity, &err);

	if (r < 0)
		return finding_conclude(finding, r == -ENOENT ? VERDICT_INCOMPLETE : VERDICT_REFUSED, r, err.text, NULL);
	if (is_of_this_machine(search, &identity.kernel))
		header_wanted_ask_running(&wanted);
	header_judge(&wanted, &identity, &judgement);
	finding->is_graded = true;
	finding->grade = judgement.grade;
	finding->has_kernel = true;
	finding->kernel = identity.kernel;
	if (!judgement.is_accepted) {
		error_set(&err, -ESTALE, "'%s': %s", tree->path[TREE_BUILD], judgement.why);
		return finding_conclude(finding, VERDICT_REFUSED, -ESTALE, err.text, NULL);
	}
	choose_tree(search, finding, tree, &identity, &judgement);
	return finding_conclude(finding, VERDICT_USABLE, 0, judgement.why, NULL);
}

static int try_places(struct header_search *search, struct finding *finding, struct tree_place *places,
		      size_t n_places)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	struct tracee_error err = {};
	int r;

	for (size_t i = 0; i < n_places; i++) {
		if (places[i].r == -ENOMEM)
			return -ENOMEM;
	}
	if (!is_any_open(places, n_places))
		return conclude_absent(search, finding, places, n_places);
	r = header_tree_take(search->root, places, n_places, &tree, &err);
	if (r == -ENOENT)
		return conclude_incomplete(search, finding, places, n_places, err.text);
	if (r < 0)
		return finding_conclude(finding, VERDICT_REFUSED, r, err.text, NULL);
	return judge_tree(search, finding, &tree);
}

int search_places(struct header_search *search, struct tree_place *places, size_t n_places)
{
	struct finding *finding;
	int r = finding_add(search, &finding);

	if (r == 0)
		r = try_places(search, finding, places, n_places);
	for (size_t i = 0; i < n_places && r == 0; i++)
		r = finding_add_place(finding, places[i].shown, &places[i].walk);
	if (r < 0)
		return r;
	return goes_on(search) ? 0 : 1;
}

int search_tree(struct header_search *search, const char *const *paths)
{
	struct tree_place places[TREE_PLACES_MAX];
	size_t n = 0;
	int r;

	for (; n < TREE_PLACES_MAX && paths[n]; n++)
		tree_place_open(search->root, paths[n], NULL, &places[n]);
	r = search_places(search, places, n);
	for (size_t i = 0; i < n; i++)
		tree_place_close(&places[i]);
	return r;
}

void search_only_beside(struct header_search *search)
{
	if (search->n_findings)
		search->findings[search->n_findings - 1].is_beside = true;
}

int search_note(struct header_search *search, const char *note)
{
	struct finding *finding = search->n_findings ? &search->findings[search->n_findings - 1] : NULL;
	char *why;

	if (!finding || !finding->why)
		return 0;
	if (asprintf(&why, "%s; %s", finding->why, note) < 0)
		return -ENOMEM;
	free(finding->why);
	finding->why = why;
	return 0;
}

/* ---- other things ---------------------------------------------------------------------------------- */

int search_refuse(struct header_search *search, const char *shown, int r, const char *why, const char *cure)
{
	struct finding *finding;
	struct tracee_error err;
	int failed = finding_add(search, &finding);

	if (failed < 0)
		return failed;
	error_set(&err, 0, "'%s': %s", shown, why);
	failed = finding_add_place(finding, shown, NULL);
	if (failed == 0)
		failed = finding_conclude(finding, r == -ENOENT ? VERDICT_ABSENT : VERDICT_REFUSED, r, err.text, cure);
	return failed;
}

/* A file with the BTF of a kernel, open at its beginning. */
struct btf_file {
	int fd; /* owned */
	bool is_own; /* the running kernel's */
	bool is_exact; /* it says itself that it is the kernel that is meant */
};

static void choose_btf(struct header_search *search, struct finding *finding, struct btf_file *file,
		       const char *shown)
{
	struct header_choice *choice = &search->choice;

	if (choice->kind != CHOICE_NONE || search->request->takes_no_btf)
		return;
	choice->kind = CHOICE_BTF;
	choice->btf_fd = TAKE_FD(file->fd);
	choice->is_own_btf = file->is_own;
	choice->is_exact_btf = file->is_exact;
	snprintf(choice->btf_path, sizeof(choice->btf_path), "%s", shown);
	finding->is_chosen = true;
}

bool search_is_in_sysfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
}

/* The BTF out of an image takes its place, so that it is decompressed once. */
static int replace_image(const struct layout *layout, struct btf_file *file)
{
	CLEANUP(close_at) int fd = memfd_create("btf", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : file_write_all(fd, layout->btf, layout->size_bytes);

	if (r < 0)
		return r;
	close_at(&file->fd);
	file->fd = TAKE_FD(fd);
	return 0;
}

/* Whether there is BTF of a kernel in the file, and of the one that is meant, before it is chosen. */
static int check_btf(const struct header_search *search, struct btf_file *file, const char *shown,
		     struct tracee_error *err)
{
	CLEANUP(layout_done) struct layout layout = {};
	const char *wanted = search->wanted.kernel.release;
	int r = layout_from_btf_fd(file->fd, shown, &layout, err);

	if (r < 0)
		return r;
	if (layout.release[0] && strcmp(layout.release, wanted) != 0)
		return error_set(err, -ESTALE, "it says that it is kernel '%s', asked for was '%s'", layout.release,
				 wanted);
	file->is_exact = layout.release[0];
	r = file->is_exact ? replace_image(&layout, file) : 0;
	if (r == 0 && lseek(file->fd, 0, SEEK_SET) < 0)
		r = -errno;
	return r < 0 ? error_errno(err, r, "'%s'", shown) : 0;
}

static const char *btf_sentence(const struct header_search *search, const struct btf_file *file)
{
	if (search->request->takes_no_btf)
		return "it has BTF, which is not asked for";
	if (file->is_own)
		return "the running kernel describes its own types";
	return file->is_exact ? "a kernel image that says it is this kernel"
			      : "a kernel image of that name; it does not say of which build it is";
}

static int take_btf(struct header_search *search, const char *shown, struct btf_file *file)
{
	struct finding *finding;
	int r = finding_add(search, &finding);

	if (r < 0)
		return r;
	choose_btf(search, finding, file, shown);
	r = finding_add_place(finding, shown, NULL);
	if (r == 0)
		r = finding_conclude(finding, VERDICT_USABLE, 0, btf_sentence(search, file), NULL);
	return r < 0 ? r : !goes_on(search);
}

/* Ubuntu and Fedora let only root read their images. */
static int refuse_unopened(struct header_search *search, const char *shown, int r)
{
	const char *cure = r != -EACCES ? NULL
					: "where only root may read it, run as root, or as root make a copy that "
					  "this user may read, and name that with --btf";

	/* On the way to it, links that lead nowhere are told by the sources of trees. */
	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return search_refuse(search, shown, -ENOENT, "it is not there", NULL);
	return search_refuse(search, shown, -EACCES, r == -EINVAL ? "it is no regular file" : strerror(-r), cure);
}

static void btf_file_close(struct btf_file *file)
{
	close_at(&file->fd);
}

int search_btf(struct header_search *search, const char *path, bool is_own)
{
	CLEANUP(btf_file_close) struct btf_file file = { .fd = -1, .is_own = is_own };
	struct tracee_error err = {};
	char shown[PATH_MAX];
	int r = open_file(search->root, path, &file.fd);

	search_path(shown, "%s%s", search->root->label, path);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return refuse_unopened(search, shown, r);
	if (is_own && !search_is_in_sysfs(file.fd))
		return search_refuse(search, shown, -ENOENT, "it is not what this kernel says of itself", NULL);
	r = is_own ? 0 : check_btf(search, &file, shown, &err);
	if (r == -ENOMEM || r == -EINTR)
		return r;
	return r < 0 ? search_refuse(search, shown, r, err.text, NULL) : take_btf(search, shown, &file);
}

static int unpack(struct unpacked *unpacked, const char *shown, int fd, const void *bytes, size_t size_bytes,
		  struct tracee_error *err)
{
	int r = bytes ? unpacked_add_bytes(unpacked, bytes, size_bytes, shown, NULL, err)
		      : unpacked_add(unpacked, fd, shown, NULL, err);

	return r < 0 ? r : unpacked_finish(unpacked, err);
}

int search_archive(struct header_search *search, const char *shown, int fd, const void *bytes, size_t size_bytes)
{
	const struct header_root *outer = search->root;
	bool was_in_packages = search->is_in_packages;
	struct tracee_error err = {};
	char label[PATH_MAX];
	int r;

	r = search_add_unpacked(search, &err);
	if (r == 0)
		r = unpack(search->unpacked[search->n_unpacked - 1], shown, fd, bytes, size_bytes, &err);
	if (r < 0)
		return search_refuse(search, shown, r, err.text, NULL);
	search_path(label, "%s:", shown);
	r = search_add_unpacked_root(search, label, &err);
	if (r < 0)
		return r;
	search->is_in_packages = true;
	r = source_archives.look(search);
	search->root = outer;
	search->is_in_packages = was_in_packages;
	return r;
}
