// SPDX-License-Identifier: Apache-2.0
#include "builder/image/image.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "builder/child.h"
#include "builder/image/decompress.h"
#include "builder/image/flat.h"
#include "builder/layout/btf_section.h"
#include "builder/layout/layout.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

/* Kernels of distributions have 40 to 90 MB decompressed, with all options 150 MB, and a third of it before. */
#define IMAGE_MAX_BYTES (256ul << 20)
/*
 * Address space of the child: the file, what it decompresses to, mapped twice (libelf and the banner),
 * a window of zstd of 128 MB and the types. Resident is only what is looked at.
 */
#define MEMORY_MAX_BYTES (3 * IMAGE_MAX_BYTES + (256ul << 20))
#define TIMEOUT_MS 60000 /* xz takes a second or two */

void kernel_image_done(struct kernel_image *image)
{
	if (image)
		free(image->btf);
}

/* ---- mapped files -------------------------------------------------------------------------------- */

/* Another process may cut the file, of which a child dies, and no more. */
static int map(int fd, struct bytes *ret_bytes, struct tracee_error *err)
{
	struct stat st;
	void *at;

	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, "it cannot be read");
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return error_set(err, -EBADMSG, "it is empty, or no regular file");
	if ((uint64_t)st.st_size > IMAGE_MAX_BYTES)
		return error_set(err, -E2BIG, "it has more than %lu MB", IMAGE_MAX_BYTES >> 20);
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return error_errno(err, -errno, "it cannot be mapped");
	*ret_bytes = (struct bytes){ at, (size_t)st.st_size };
	return 0;
}

static void unmap(struct bytes *bytes)
{
	if (bytes->at)
		munmap((void *)bytes->at, bytes->size);
}

/* ---- what lies around the kernel ----------------------------------------------------------------- */

/* A kernel inside a file: all of it, or the part that is compressed. */
struct payload {
	struct bytes bytes;
	bool is_compressed;
	char release[TRACEE_RELEASE_MAX];
};

#define BZIMAGE_HEADER_END 0x250 /* of what is read of it; payload_length is the last */

static bool is_bzimage(struct bytes file)
{
	return bytes_have(file, 0x1fe, "\x55\xaa", 2) && bytes_have(file, 0x202, "HdrS", 4);
}

/* The version is a string in the real-mode code, which is the first sectors of the file. */
static void bzimage_release(struct bytes file, size_t setup_size, char ret_release[TRACEE_RELEASE_MAX])
{
	uint64_t offset = bytes_number(file, 0x20e, 2);
	struct bytes setup;

	ret_release[0] = '\0';
	if (offset == 0 || !bytes_part(file, 0, setup_size, &setup) || offset + 0x200 >= setup.size)
		return;
	offset += 0x200;
	release_take((struct bytes){ setup.at + offset, setup.size - offset }, ret_release);
}

/* Behind each stream but gzip's the kernel's makefiles put its size once more, which is no part of it. */
static struct bytes without_size(struct bytes payload)
{
	const char *name = compression_name(payload);

	if (name && strcmp(name, "gzip") != 0 && payload.size > 4)
		payload.size -= 4;
	return payload;
}

static int bzimage_payload(struct bytes file, struct payload *payload, struct tracee_error *err)
{
	uint64_t version = bytes_number(file, 0x206, 2), n_sectors = bytes_number(file, 0x1f1, 1);
	uint64_t setup_size = ((n_sectors ? n_sectors : 4) + 1) * 512; /* 4: what it means for very old ones */

	if (file.size < BZIMAGE_HEADER_END)
		return error_set(err, -EBADMSG, "it is a damaged bzImage: it ends in its header");
	if (version < 0x0208)
		return error_set(err, -ENOTSUP,
				 "it is a kernel image of boot protocol %u.%02u: expected at least 2.08, which "
				 "Linux has since 2.6.24", (unsigned int)(version >> 8), (unsigned int)(version & 0xff));
	if (!bytes_part(file, setup_size + bytes_number(file, 0x248, 4), bytes_number(file, 0x24c, 4),
			&payload->bytes) ||
	    payload->bytes.size == 0)
		return error_set(err, -EBADMSG, "it is a damaged bzImage: its compressed kernel leads out of the file");
	payload->bytes = without_size(payload->bytes);
	payload->is_compressed = true;
	bzimage_release(file, setup_size, payload->release);
	return 0;
}

static bool is_zboot(struct bytes file)
{
	return bytes_have(file, 0, "MZ", 2) && bytes_have(file, 4, "zimg", 4);
}

static int zboot_payload(struct bytes file, struct payload *payload, struct tracee_error *err)
{
	if (!bytes_part(file, bytes_number(file, 8, 4), bytes_number(file, 12, 4), &payload->bytes) ||
	    payload->bytes.size == 0)
		return error_set(err, -EBADMSG, "it is a damaged EFI zboot image: its kernel leads out of the file");
	payload->is_compressed = true;
	return 0;
}

static bool is_arm64(struct bytes file)
{
	return bytes_have(file, 56, "ARM\x64", 4);
}

bool kernel_image_is_one(struct bytes begin)
{
	return is_bzimage(begin) || is_zboot(begin) || is_arm64(begin) || compression_name(begin);
}

static int take_payload(struct bytes file, struct payload *payload, struct tracee_error *err)
{
	if (is_bzimage(file))
		return bzimage_payload(file, payload, err);
	if (is_zboot(file))
		return zboot_payload(file, payload, err);
	payload->bytes = file;
	payload->is_compressed = compression_name(file) != NULL;
	return 0;
}

/* ---- the kernel ---------------------------------------------------------------------------------- */

static int take_flat(struct bytes kernel, struct kernel_image *image, struct tracee_error *err)
{
	struct bytes btf;
	int r = flat_find_btf(kernel, &btf, err);

	if (r < 0)
		return r;
	image->btf = malloc(btf.size);
	if (!image->btf)
		return error_errno(err, -ENOMEM, "BTF");
	memcpy(image->btf, btf.at, btf.size);
	image->size_bytes = btf.size;
	return 0;
}

static int take_kernel(struct bytes kernel, int fd, struct kernel_image *image, struct tracee_error *err)
{
	int r;

	if (bytes_have(kernel, 0, ELFMAG, SELFMAG))
		r = btf_section_read(fd, LAYOUT_BTF_SIZE_MAX, &image->btf, &image->size_bytes, err);
	else if (is_arm64(kernel))
		r = take_flat(kernel, image, err);
	else
		r = error_set(err, -EBADMSG, "what is compressed in it is no kernel: expected an ELF file or an Image");
	if (r == 0 && !image->release[0])
		flat_find_release(kernel, image->release);
	return r;
}

static int take_compressed(struct bytes payload, int scratch, struct kernel_image *image, struct tracee_error *err)
{
	CLEANUP(unmap) struct bytes kernel = {};
	int r = decompress(payload, scratch, IMAGE_MAX_BYTES, err);

	if (r == 0)
		r = map(scratch, &kernel, err);
	return r < 0 ? r : take_kernel(kernel, scratch, image, err);
}

int kernel_image_extract(int fd, int scratch, struct kernel_image *ret_image, struct tracee_error *err)
{
	CLEANUP(kernel_image_done) struct kernel_image image = {};
	CLEANUP(unmap) struct bytes file = {};
	struct payload payload = {};
	int r = map(fd, &file, err);

	if (r == 0)
		r = take_payload(file, &payload, err);
	if (r < 0)
		return r;
	memcpy(image.release, payload.release, sizeof(image.release));
	r = payload.is_compressed ? take_compressed(payload.bytes, scratch, &image, err)
				  : take_kernel(payload.bytes, fd, &image, err);
	if (r < 0)
		return r;
	*ret_image = image;
	image = (struct kernel_image){};
	return 0;
}

/* ---- in a child ---------------------------------------------------------------------------------- */

/* Its standard output is the release, in TRACEE_RELEASE_MAX bytes, and the BTF behind it. */
static int extract_in_child(void *argument, struct tracee_error *err)
{
	CLEANUP(kernel_image_done) struct kernel_image image = {};
	int r = kernel_image_extract(CHILD_FIRST_FD, CHILD_EXTRA_FD, &image, err);

	(void)argument;
	if (r == 0)
		r = file_write_all(STDOUT_FILENO, image.release, sizeof(image.release));
	if (r == 0)
		r = file_write_all(STDOUT_FILENO, image.btf, image.size_bytes);
	return r;
}

/* The child may be in the hands of the image's author: its release is put to the same test again. */
static int take_output(const struct text *output, struct kernel_image *ret_image, struct tracee_error *err)
{
	struct kernel_image image = {};
	struct tracee_kernel kernel;

	if (output->size_bytes <= sizeof(image.release))
		return error_set(err, -EBADMSG, "reading it gave no BTF");
	memcpy(image.release, output->bytes, sizeof(image.release));
	if (image.release[sizeof(image.release) - 1] ||
	    (image.release[0] && tracee_kernel_parse(image.release, TRACEE_ARCH_X86_64, &kernel, NULL) < 0))
		return error_set(err, -EBADMSG, "reading it gave a release that is none");
	image.size_bytes = output->size_bytes - sizeof(image.release);
	image.btf = malloc(image.size_bytes);
	if (!image.btf)
		return error_errno(err, -ENOMEM, "BTF");
	memcpy(image.btf, output->bytes + sizeof(image.release), image.size_bytes);
	*ret_image = image;
	return 0;
}

int kernel_image_read(int fd, struct kernel_image *ret_image, struct tracee_error *err)
{
	CLEANUP(text_done) struct text output = {};
	const struct child child = { .function = extract_in_child,
				     .name = "the reader of kernel images",
				     .fds = &fd,
				     .n_fds = 1,
				     .timeout_ms = TIMEOUT_MS,
				     .output_max_bytes = TRACEE_RELEASE_MAX + LAYOUT_BTF_SIZE_MAX,
				     .file_max_bytes = IMAGE_MAX_BYTES,
				     .memory_max_bytes = MEMORY_MAX_BYTES,
				     .output = &output };
	int r;

	text_init(&output, TRACEE_RELEASE_MAX + LAYOUT_BTF_SIZE_MAX);
	r = child_run(&child, err);
	return r < 0 ? r : take_output(&output, ret_image, err);
}
