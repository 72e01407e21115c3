// SPDX-License-Identifier: Apache-2.0
#include "builder/image/flat.h"

#include <bpf/btf.h>
#include <errno.h>

#include "builder/layout/layout.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

/* Documentation/bpf/btf.rst: magic 0xeb9f, version 1, no flags; the length of the header follows. */
#define BTF_BEGIN "\x9f\xeb\x01\x00"
#define BTF_BEGIN_SIZE 4
#define HEADER_MIN 24 /* types and strings; each further section has a pair of offset and length more */
#define HEADER_MAX 64
/* Each may cost a tenth of a second. In code the four bytes are rare, and a header behind them unheard of. */
#define CANDIDATES_MAX 64
/* init/version.c: the banner itself, and where code only speaks of it. */
#define BANNER "Linux version "
#define BANNERS_MAX 4096

/* ---- BTF ----------------------------------------------------------------------------------------- */

/* How much of @image is the BTF whose header it begins with; 0 if that is no header. */
static uint64_t btf_length(struct bytes image)
{
	uint64_t header = bytes_number(image, 4, 4), end = 0;

	if (header < HEADER_MIN || header > HEADER_MAX || header % 8 || header > image.size)
		return 0;
	for (size_t pair = 8; pair < header; pair += 8) {
		uint64_t section_end = bytes_number(image, pair, 4) + bytes_number(image, pair + 4, 4);

		end = section_end > end ? section_end : end;
	}
	return header + end;
}

/* Names begin with that of nothing, and the last ends. */
static bool has_strings(struct bytes btf)
{
	struct bytes strings;

	return bytes_part(btf, bytes_number(btf, 4, 4) + bytes_number(btf, 16, 4), bytes_number(btf, 20, 4),
			  &strings) &&
	       strings.size > 1 && strings.at[0] == '\0' && strings.at[strings.size - 1] == '\0';
}

/* 1 if @btf is that of a kernel, 0 if it is not, -ENOMEM. */
static int is_of_a_kernel(struct bytes btf)
{
	CLEANUP(btf__free_at) struct btf *types = NULL;
	int r = types_read(btf.at, btf.size, &types, NULL);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return btf__find_by_name_kind(types, "task_struct", BTF_KIND_STRUCT) > 0;
}

static int check_candidate(struct bytes rest, struct bytes *ret_btf)
{
	uint64_t length = btf_length(rest);

	if (length == 0 || length > LAYOUT_BTF_SIZE_MAX || !bytes_part(rest, 0, length, ret_btf) ||
	    !has_strings(*ret_btf))
		return -ENOENT;
	return is_of_a_kernel(*ret_btf);
}

int flat_find_btf(struct bytes image, struct bytes *ret_btf, struct tracee_error *err)
{
	unsigned int n_candidates = 0;
	struct bytes btf;

	while (n_candidates < CANDIDATES_MAX) {
		const uint8_t *found = memmem(image.at, image.size, BTF_BEGIN, BTF_BEGIN_SIZE);
		int r;

		if (!found)
			return error_set(err, -EBADMSG,
					 "there is no BTF of a kernel in it: it was built without CONFIG_DEBUG_INFO_BTF");
		image.size -= (size_t)(found - image.at);
		image.at = found;
		r = check_candidate(image, &btf);
		if (r == -ENOMEM)
			return error_errno(err, r, "BTF");
		if (r > 0) {
			*ret_btf = btf;
			return 0;
		}
		n_candidates += r != -ENOENT;
		image.at++;
		image.size--;
	}
	return error_set(err, -EBADMSG, "the first %d places that look like BTF are not that of a kernel",
			 CANDIDATES_MAX);
}

/* ---- the release --------------------------------------------------------------------------------- */

void release_take(struct bytes text, char ret_release[TRACEE_RELEASE_MAX])
{
	struct tracee_kernel kernel;
	size_t length = 0;

	while (length < text.size && text.at[length] > ' ' && text.at[length] < 0x7f)
		length++;
	ret_release[0] = '\0';
	if (length == 0 || length == text.size || length >= TRACEE_RELEASE_MAX || text.at[length] != ' ')
		return;
	memcpy(ret_release, text.at, length);
	ret_release[length] = '\0';
	if (tracee_kernel_parse(ret_release, TRACEE_ARCH_X86_64, &kernel, NULL) < 0)
		ret_release[0] = '\0';
}

void flat_find_release(struct bytes image, char ret_release[TRACEE_RELEASE_MAX])
{
	ret_release[0] = '\0';
	for (int i = 0; i < BANNERS_MAX && !ret_release[0]; i++) {
		const uint8_t *found = memmem(image.at, image.size, BANNER, strlen(BANNER));

		if (!found)
			return;
		found += strlen(BANNER);
		image.size -= (size_t)(found - image.at);
		image.at = found;
		release_take(image, ret_release);
	}
}
