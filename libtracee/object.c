// SPDX-License-Identifier: Apache-2.0
/*
 * The object file, reader and writer. The reader checks the ELF frame itself and then the digest of
 * all bytes, so that what libelf and libbpf parse afterwards is what the builder wrote.
 * Format of ELF: elf(5), include/uapi/linux/elf.h.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/digest.h"
#include "libtracee/base/error.h"
#include "libtracee/base/number.h"
#include "libtracee/base/text.h"

#define LAYOUT_SECTION ".tracee.layout"
#define META_SECTION ".tracee.meta"
#define META_SIZE_MAX 4096
#define LAYOUT_SIZE_MAX (1u << 20)
#define N_SECTIONS_MAX 4096
#define DIGEST_DIGITS (TRACEE_DIGEST_SIZE - 1)
#define DIGEST_KEY "digest="

static const char *const tier_names[TRACEE_N_TIERS] = {
	[TRACEE_TIER_BASE] = "base",
	[TRACEE_TIER_RING] = "ring",
};

const char *tracee_tier_name(enum tracee_tier tier)
{
	return tier_names[tier];
}

int tracee_tier_parse(const char *name, enum tracee_tier *ret_tier)
{
	for (int i = 0; i < TRACEE_N_TIERS; i++) {
		if (strcmp(name, tier_names[i]) == 0) {
			*ret_tier = (enum tracee_tier)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* ---- the ELF frame ---------------------------------------------------------------------------- */

/* A section's bytes within the file. */
struct section {
	const uint8_t *bytes;
	size_t size_bytes;
};

struct frame {
	const uint8_t *bytes;
	size_t size_bytes;
	Elf64_Ehdr header;
	struct section names;
};

static bool is_within(const struct frame *frame, uint64_t at, uint64_t size)
{
	return at <= frame->size_bytes && size <= frame->size_bytes - at;
}

/* The file may lie at any address, so headers are copied out. */
static Elf64_Shdr section_header(const struct frame *frame, size_t i)
{
	Elf64_Shdr header;

	memcpy(&header, frame->bytes + frame->header.e_shoff + i * sizeof(header), sizeof(header));
	return header;
}

static int section_at(const struct frame *frame, size_t i, struct section *ret_section, struct tracee_error *err)
{
	Elf64_Shdr header = section_header(frame, i);

	if (header.sh_type == SHT_NOBITS || header.sh_type == SHT_NULL)
		header.sh_size = 0, header.sh_offset = 0;
	if (!is_within(frame, header.sh_offset, header.sh_size))
		return error_set(err, -EBADMSG, "section %zu leads beyond the end of the file: it is cut or damaged", i);
	*ret_section = (struct section){ frame->bytes + header.sh_offset, header.sh_size };
	return 0;
}

static int frame_open(const void *bytes, size_t size_bytes, struct frame *ret_frame, struct tracee_error *err)
{
	struct frame frame = { .bytes = bytes, .size_bytes = size_bytes };
	const Elf64_Ehdr *h = &frame.header;
	int r;

	if (size_bytes < sizeof(frame.header) || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return error_set(err, -EBADMSG, "not an ELF file (%zu bytes): expected a BPF object made by tracee-builder",
				 size_bytes);
	memcpy(&frame.header, bytes, sizeof(frame.header));
	if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB || h->e_machine != EM_BPF ||
	    h->e_type != ET_REL)
		return error_set(err, -EBADMSG, "an ELF file, but not a BPF object (machine %u, type %u): expected one made by tracee-builder",
				 h->e_machine, h->e_type);
	if (h->e_shentsize != sizeof(Elf64_Shdr) || h->e_shnum == 0 || h->e_shnum > N_SECTIONS_MAX ||
	    h->e_shstrndx >= h->e_shnum || !is_within(&frame, h->e_shoff, (uint64_t)h->e_shnum * sizeof(Elf64_Shdr)))
		return error_set(err, -EBADMSG, "its section table leads beyond the end of the file: it is cut or damaged");
	r = section_at(&frame, h->e_shstrndx, &frame.names, err);
	if (r < 0)
		return r;
	if (!frame.names.size_bytes || frame.names.bytes[frame.names.size_bytes - 1])
		return error_set(err, -EBADMSG, "its section names are not terminated: it is damaged");
	*ret_frame = frame;
	return 0;
}

static const char *section_name(const struct frame *frame, size_t i)
{
	Elf64_Shdr header = section_header(frame, i);

	return header.sh_name < frame->names.size_bytes ? (const char *)frame->names.bytes + header.sh_name : "";
}

/* -ENOENT without a sentence if there is none, -EBADMSG if there are two. */
static int section_find(const struct frame *frame, const char *name, struct section *ret_section, struct tracee_error *err)
{
	size_t found = 0;

	for (size_t i = 1; i < frame->header.e_shnum; i++) {
		if (strcmp(section_name(frame, i), name) != 0)
			continue;
		if (found)
			return error_set(err, -EBADMSG, "it has two sections '%s'", name);
		found = i;
	}
	return found ? section_at(frame, found, ret_section, err) : -ENOENT;
}

/* ---- metadata --------------------------------------------------------------------------------- */

/* The keys in the order of the file; those of text with where they go. */
struct meta_key {
	const char *key;
	size_t offset, size_bytes; /* 0 bytes: not text, handled by name */
};

#define META_TEXT(key, field) \
	{ key, offsetof(struct tracee_object_meta, field), sizeof(((struct tracee_object_meta *)0)->field) }

static const struct meta_key meta_keys[] = {
	{ "abi", 0, 0 },
	META_TEXT("version", version),
	META_TEXT("kernel.release", kernel_release),
	{ "kernel.arch", 0, 0 },
	{ "tier", 0, 0 },
	META_TEXT("source", source),
	META_TEXT("match", match),
	META_TEXT("layout", layout_digest),
	META_TEXT("program", program_digest),
	META_TEXT("clang", clang),
	META_TEXT("layout.clang", layout_clang),
};
#define N_META_KEYS (sizeof(meta_keys) / sizeof(meta_keys[0]))

static bool is_printable(const char *text, size_t size_bytes)
{
	for (size_t i = 0; i < size_bytes; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	}
	return size_bytes > 0;
}

static const char *value_as_text(const struct tracee_object_meta *meta, const struct meta_key *key, char number[16])
{
	if (key->size_bytes)
		return (const char *)meta + key->offset;
	if (strcmp(key->key, "kernel.arch") == 0)
		return tracee_arch_name(meta->kernel_arch);
	if (strcmp(key->key, "tier") == 0)
		return tracee_tier_name(meta->tier);
	snprintf(number, 16, "%u", meta->abi);
	return number;
}

static int value_take(struct tracee_object_meta *meta, const struct meta_key *key, const char *value)
{
	uint64_t abi;
	int r;

	if (key->size_bytes) {
		if (strlen(value) >= key->size_bytes)
			return -EINVAL;
		strcpy((char *)meta + key->offset, value);
		return 0;
	}
	if (strcmp(key->key, "kernel.arch") == 0)
		return tracee_arch_parse(value, &meta->kernel_arch);
	if (strcmp(key->key, "tier") == 0)
		return tracee_tier_parse(value, &meta->tier);
	r = number_parse(value, UINT32_MAX, &abi);
	if (r == 0)
		meta->abi = (uint32_t)abi;
	return r;
}

/* One `key=value` line of at most @left bytes at *@p; moves behind it. */
static int meta_line(const char **p, size_t *left, const struct meta_key *key, struct tracee_object_meta *meta,
		     struct tracee_error *err)
{
	size_t key_length = strlen(key->key), length;
	const char *line = *p, *end = memchr(line, '\n', *left);
	char value[META_SIZE_MAX];

	if (!end || (size_t)(end - line) <= key_length || memcmp(line, key->key, key_length) != 0 || line[key_length] != '=')
		return error_set(err, -EBADMSG, "metadata: expected the line '%s=…'", key->key);
	length = (size_t)(end - line) - key_length - 1;
	if (!is_printable(line + key_length + 1, length))
		return error_set(err, -EBADMSG, "metadata: the value of '%s' is empty or not plain text", key->key);
	memcpy(value, line + key_length + 1, length);
	value[length] = '\0';
	if (value_take(meta, key, value) < 0)
		return error_set(err, -EBADMSG, "metadata: '%s' cannot be '%s'", key->key, value);
	*left -= (size_t)(end + 1 - line);
	*p = end + 1;
	return 0;
}

static int meta_parse(const struct section *section, struct tracee_object_meta *ret_meta, struct tracee_error *err)
{
	struct tracee_object_meta meta = {};
	const char *p = (const char *)section->bytes;
	size_t left = section->size_bytes;
	int r;

	if (section->size_bytes > META_SIZE_MAX)
		return error_set(err, -EBADMSG, "metadata: %zu bytes, at most %u are expected", section->size_bytes, META_SIZE_MAX);
	for (size_t i = 0; i < N_META_KEYS; i++) {
		r = meta_line(&p, &left, &meta_keys[i], &meta, err);
		if (r < 0)
			return r;
		/* What follows may mean anything in another ABI. */
		if (i == 0 && meta.abi != TRACEE_OBJECT_ABI)
			return error_set(err, -EPROTO,
					 "it has object ABI %u, this tracee has %u: make it again with the builder of this version",
					 meta.abi, TRACEE_OBJECT_ABI);
	}
	if (left != strlen(DIGEST_KEY) + DIGEST_DIGITS + 1 || memcmp(p, DIGEST_KEY, strlen(DIGEST_KEY)) != 0 ||
	    p[left - 1] != '\n')
		return error_set(err, -EBADMSG, "metadata: expected '" DIGEST_KEY "' and %d digits as the last line", DIGEST_DIGITS);
	*ret_meta = meta;
	return 0;
}

static int meta_format(const struct tracee_object_meta *meta, struct text *text, struct tracee_error *err)
{
	char number[16];

	for (size_t i = 0; i < N_META_KEYS; i++) {
		const char *value = value_as_text(meta, &meta_keys[i], number);

		if (!is_printable(value, strlen(value)))
			return error_set(err, -EINVAL, "metadata: the value of '%s' is empty or not plain text", meta_keys[i].key);
		text_format(text, "%s=%s\n", meta_keys[i].key, value);
	}
	text_add(text, DIGEST_KEY);
	for (int i = 0; i < DIGEST_DIGITS; i++)
		text_add_char(text, '0');
	text_add_char(text, '\n');
	return text_error(text);
}

/* ---- the digest ------------------------------------------------------------------------------- */

/* Of the file with the @DIGEST_DIGITS characters at @at as '0'. */
static int digest_without(const uint8_t *bytes, size_t size_bytes, size_t at, char ret_digest[TRACEE_DIGEST_SIZE])
{
	struct digest *digest = digest_new();
	char zeros[DIGEST_DIGITS];

	if (!digest)
		return -ENOMEM;
	memset(zeros, '0', sizeof(zeros));
	digest_add(digest, bytes, at);
	digest_add(digest, zeros, sizeof(zeros));
	digest_add(digest, bytes + at + DIGEST_DIGITS, size_bytes - at - DIGEST_DIGITS);
	digest_end(digest, ret_digest);
	return 0;
}

/* Where the digits stand: in front of the last line feed of the metadata. */
static size_t digest_position(const uint8_t *file, const struct section *meta)
{
	return (size_t)(meta->bytes - file) + meta->size_bytes - 1 - DIGEST_DIGITS;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static int object_check_parts(const struct tracee_object *object, struct tracee_error *err)
{
	bool is_core = strcmp(object->meta.kernel_release, TRACEE_OBJECT_ANY_RELEASE) == 0;
	char digest[TRACEE_DIGEST_SIZE];

	if (is_core != (object->layout == NULL))
		return error_set(err, -EBADMSG, "it is for kernel '%s' and has %s layout", object->meta.kernel_release,
				 object->layout ? "a" : "no");
	if (!object->layout)
		return 0;
	digest_of(object->layout, object->layout_size_bytes, digest);
	if (strcmp(digest, object->meta.layout_digest) != 0)
		return error_set(err, -EBADMSG, "its layout is not the one that its metadata names");
	return 0;
}

int tracee_object_read(const void *bytes, size_t size_bytes, struct tracee_object *ret_object, struct tracee_error *err)
{
	struct tracee_object object = { .bytes = bytes, .size_bytes = size_bytes };
	struct section meta, layout = {};
	struct frame frame;
	size_t at;
	int r;

	if (size_bytes > TRACEE_OBJECT_SIZE_MAX)
		return error_set(err, -EBADMSG, "%zu bytes, at most %u are expected", size_bytes, TRACEE_OBJECT_SIZE_MAX);
	r = frame_open(bytes, size_bytes, &frame, err);
	if (r < 0)
		return r;
	r = section_find(&frame, META_SECTION, &meta, err);
	if (r == -ENOENT)
		return error_set(err, -EBADMSG, "it has no section '%s': it is a BPF object, but not one made by tracee-builder",
				 META_SECTION);
	if (r == 0)
		r = meta_parse(&meta, &object.meta, err);
	if (r < 0)
		return r;
	at = digest_position(bytes, &meta);
	r = digest_without(bytes, size_bytes, at, object.digest);
	if (r < 0)
		return r;
	if (memcmp(object.digest, (const char *)bytes + at, DIGEST_DIGITS) != 0)
		return error_set(err, -EBADMSG, "its digest is not that of its bytes: it is damaged, make or copy it again");
	r = section_find(&frame, LAYOUT_SECTION, &layout, err);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0) {
		if (layout.size_bytes > LAYOUT_SIZE_MAX)
			return error_set(err, -EBADMSG, "its layout has %zu bytes, at most %u are expected",
					 layout.size_bytes, LAYOUT_SIZE_MAX);
		object.layout = layout.bytes;
		object.layout_size_bytes = layout.size_bytes;
	}
	r = object_check_parts(&object, err);
	if (r < 0)
		return r;
	*ret_object = object;
	return 0;
}

/* ---- writing ---------------------------------------------------------------------------------- */

/* Appends @size bytes at the next multiple of @align; returns where they stand. */
static size_t append(struct text *file, const void *bytes, size_t size_bytes, size_t align)
{
	size_t at;

	while (file->size_bytes % align && !text_error(file))
		text_add_char(file, '\0');
	at = file->size_bytes;
	text_add_bytes(file, bytes, size_bytes);
	return at;
}

/* Appends a section's bytes, its name, and its header to @headers. */
static void append_section(struct text *file, struct text *names, struct text *headers, const char *name,
			   const void *bytes, size_t size_bytes)
{
	Elf64_Shdr header = {
		.sh_name = (Elf64_Word)names->size_bytes,
		.sh_type = SHT_PROGBITS,
		.sh_offset = append(file, bytes, size_bytes, 8),
		.sh_size = size_bytes,
		.sh_addralign = 8,
	};

	text_add_bytes(names, name, strlen(name) + 1);
	text_add_bytes(headers, &header, sizeof(header));
}

/* Behind the program: our sections, then the section names with ours, then a new section table. */
static int frame_extend(const struct frame *program, const struct section *layout, const struct text *meta,
			struct text *file, size_t *ret_meta_end)
{
	Elf64_Ehdr header = program->header;
	struct text names, headers;
	Elf64_Shdr *name_header;
	int r;

	text_init(&names, TRACEE_OBJECT_SIZE_MAX);
	text_init(&headers, TRACEE_OBJECT_SIZE_MAX);
	text_add_bytes(file, program->bytes, program->size_bytes);
	text_add_bytes(&names, program->names.bytes, program->names.size_bytes);
	text_add_bytes(&headers, program->bytes + header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr));
	if (layout->bytes) {
		append_section(file, &names, &headers, LAYOUT_SECTION, layout->bytes, layout->size_bytes);
		header.e_shnum++;
	}
	append_section(file, &names, &headers, META_SECTION, text_string(meta), meta->size_bytes);
	header.e_shnum++;
	*ret_meta_end = file->size_bytes;
	r = text_error(&headers) ? text_error(&headers) : text_error(&names);
	if (r == 0) {
		name_header = (Elf64_Shdr *)headers.bytes + header.e_shstrndx;
		name_header->sh_size = names.size_bytes;
		name_header->sh_offset = append(file, names.bytes, names.size_bytes, 1);
		header.e_shoff = append(file, headers.bytes, headers.size_bytes, 8);
		r = text_error(file);
	}
	if (r == 0)
		memcpy(file->bytes, &header, sizeof(header));
	text_done(&names);
	text_done(&headers);
	return r;
}

static int object_format(const struct frame *program, const struct section *layout, const struct tracee_object_meta *meta,
			 uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(text_done) struct text text, file;
	char digest[TRACEE_DIGEST_SIZE];
	size_t meta_end = 0;
	int r;

	text_init(&text, META_SIZE_MAX);
	text_init(&file, TRACEE_OBJECT_SIZE_MAX);
	r = meta_format(meta, &text, err);
	if (r == 0)
		r = frame_extend(program, layout, &text, &file, &meta_end);
	if (r == 0)
		r = digest_without((uint8_t *)file.bytes, file.size_bytes, meta_end - 1 - DIGEST_DIGITS, digest);
	if (r == -E2BIG)
		return error_set(err, -EINVAL, "the object would be larger than %u bytes", TRACEE_OBJECT_SIZE_MAX);
	if (r < 0)
		return r;
	memcpy(file.bytes + meta_end - 1 - DIGEST_DIGITS, digest, DIGEST_DIGITS);
	*ret_size_bytes = file.size_bytes;
	*ret_bytes = (uint8_t *)text_take(&file);
	return 0;
}

int tracee_object_write(const void *program, size_t program_size_bytes, const void *layout, size_t layout_size_bytes,
			const struct tracee_object_meta *meta, uint8_t **ret_bytes, size_t *ret_size_bytes,
			struct tracee_error *err)
{
	struct section layout_section = { layout, layout_size_bytes }, old;
	struct tracee_object_meta filled = *meta;
	struct frame frame;

	if (frame_open(program, program_size_bytes, &frame, err) < 0)
		return error_prefix(err, -EINVAL, "program");
	if (section_find(&frame, META_SECTION, &old, NULL) != -ENOENT)
		return error_set(err, -EINVAL, "program: it is packed already");
	if (layout_size_bytes > LAYOUT_SIZE_MAX)
		return error_set(err, -EINVAL, "the layout has %zu bytes, at most %u are expected", layout_size_bytes, LAYOUT_SIZE_MAX);
	filled.abi = TRACEE_OBJECT_ABI;
	digest_of(program, program_size_bytes, filled.program_digest);
	memset(filled.layout_digest, '0', DIGEST_DIGITS);
	filled.layout_digest[DIGEST_DIGITS] = '\0';
	if (layout)
		digest_of(layout, layout_size_bytes, filled.layout_digest);
	return object_format(&frame, &layout_section, &filled, ret_bytes, ret_size_bytes, err);
}

/* ---- name and match --------------------------------------------------------------------------- */

bool tracee_version_equal(const char *a, const char *b)
{
	return strcmp(a + (a[0] == 'v'), b + (b[0] == 'v')) == 0;
}

int tracee_object_match(const struct tracee_object *object, const struct tracee_kernel *kernel, const char *version,
			struct tracee_error *err)
{
	const struct tracee_object_meta *meta = &object->meta;
	bool is_core = strcmp(meta->kernel_release, TRACEE_OBJECT_ANY_RELEASE) == 0;

	if (meta->kernel_arch != kernel->arch)
		return error_set(err, -ESTALE, "it is for %s, this machine is %s: make one with 'tracee-builder build --arch %s'",
				 tracee_arch_name(meta->kernel_arch), tracee_arch_name(kernel->arch), tracee_arch_name(kernel->arch));
	if (!is_core && strcmp(meta->kernel_release, kernel->release) != 0)
		return error_set(err, -ESTALE, "it is for kernel '%s', this is '%s': make one with 'tracee-builder build --kernel %s'",
				 meta->kernel_release, kernel->release, kernel->release);
	if (!tracee_version_equal(meta->version, version))
		return error_set(err, -ESTALE, "it was made by version '%s', this is '%s': make it again with the builder of this version",
				 meta->version, version);
	return 0;
}

int tracee_object_name(const char *release, const char *version, char *ret_name, size_t size_bytes, struct tracee_error *err)
{
	CLEANUP(text_done) struct text name = {};

	if (!*release || !*version || strchr(release, '/') || strchr(version, '/'))
		return error_set(err, -EINVAL, "an object's name needs a kernel release and a version without '/': found '%s' and '%s'",
				 release, version);
	text_init(&name, size_bytes ? size_bytes - 1 : 0);
	text_format(&name, "%s.%s", release, version);
	if (text_error(&name))
		return -ENAMETOOLONG;
	for (char *p = name.bytes; *p; p++) {
		if (*p == '.' && p != name.bytes + strlen(release))
			*p = '_';
	}
	if ((size_t)snprintf(ret_name, size_bytes, "tracee.bpf.%s.o", name.bytes) >= size_bytes)
		return -ENAMETOOLONG;
	return 0;
}
