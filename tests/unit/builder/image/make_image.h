/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BUILDER_IMAGE_MAKE_IMAGE_H
#define TESTS_UNIT_BUILDER_IMAGE_MAKE_IMAGE_H

/* Kernel images in memory, small but whole, for tests of what reads them. */
#include <archive.h>
#include <archive_entry.h>
#include <bpf/btf.h>
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE_SIZE_MAX (1u << 20)
#define MADE_RELEASE "6.1.0-9-test"
#define MADE_BANNER "Linux version " MADE_RELEASE " (me@here) #1 SMP"

struct made {
	uint8_t *bytes; /* of MADE_SIZE_MAX */
	size_t size;
};

static inline void made_done(struct made *made)
{
	free(made->bytes);
}

static inline void made_put(struct made *made, size_t offset, const void *bytes, size_t size)
{
	if (!made->bytes)
		made->bytes = calloc(1, MADE_SIZE_MAX);
	if (!made->bytes || offset > MADE_SIZE_MAX || size > MADE_SIZE_MAX - offset)
		abort();
	if (size)
		memcpy(made->bytes + offset, bytes, size);
	if (made->size < offset + size)
		made->size = offset + size;
}

static inline void made_number(struct made *made, size_t offset, uint64_t number, size_t n)
{
	made_put(made, offset, &number, n);
}

/* The types that a kernel is known by; without task_struct those of something else. */
static inline struct made make_btf(const char *task)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "unsigned long", 8, 0);
	struct made made = {};
	const void *bytes;
	uint32_t size;

	btf__add_struct(btf, task, 8);
	btf__add_field(btf, "pid", id, 0, 0);
	btf__add_struct(btf, "pt_regs", 8);
	btf__add_field(btf, "orig_ax", id, 0, 0);
	bytes = btf__raw_data(btf, &size);
	made_put(&made, 0, bytes, size);
	btf__free(btf);
	return made;
}

/* A vmlinux: an ELF file with a banner, and the section @name. */
static inline struct made make_elf(const char *name, const struct made *section)
{
	static const char names[] = "\0.BTF\0.other\0.names";
	Elf64_Shdr headers[3] = {
		[1] = { .sh_name = strcmp(name, ".BTF") == 0 ? 1 : 6, .sh_type = SHT_PROGBITS, .sh_offset = 256,
			.sh_size = section->size },
		[2] = { .sh_name = 13, .sh_type = SHT_STRTAB, .sh_offset = 128, .sh_size = sizeof(names) },
	};
	Elf64_Ehdr header = { .e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			      .e_ehsize = sizeof(header), .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 3,
			      .e_shstrndx = 2 };
	struct made made = {};

	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_ident[EI_VERSION] = EV_CURRENT;
	made_put(&made, 128, names, sizeof(names));
	made_put(&made, 192, MADE_BANNER, sizeof(MADE_BANNER));
	made_put(&made, 256, section->bytes, section->size);
	header.e_shoff = (made.size + 7) / 8 * 8;
	made_put(&made, header.e_shoff, headers, sizeof(headers));
	made_put(&made, 0, &header, sizeof(header));
	return made;
}

/* An Image of arm64 with what looks like BTF in front of what is. */
static inline struct made make_flat(const struct made *btf)
{
	struct made other = make_btf("module_struct"), made = {};

	made_put(&made, 0, "MZ", 2);
	made_put(&made, 56, "ARM\x64", 4);
	made_put(&made, 100, "\x9f\xeb\x01\x00\xff\xff\xff\xff", 8);
	made_put(&made, 200, "\x9f\xeb\x01\x00\x18\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 24);
	made_put(&made, 301, other.bytes, other.size);
	made_put(&made, 1000, "Linux version %s", 17);
	made_put(&made, 1100, MADE_BANNER, sizeof(MADE_BANNER));
	if (btf)
		made_put(&made, 2003, btf->bytes, btf->size);
	made_put(&made, made.size, "behind it", 9);
	made_done(&other);
	return made;
}

/* As the kernel's makefile calls `lz4 -l`, but with literals alone: magic, size of a block, one sequence. */
static inline struct made make_lz4(const struct made *in)
{
	struct made made = {};
	size_t rest = in->size - 15;

	if (in->size < 15 || in->size > MADE_SIZE_MAX / 2)
		abort();
	made_put(&made, 0, "\x02\x21\x4c\x18", 4);
	made_number(&made, 8, 0xf0, 1);
	for (; rest >= 255; rest -= 255)
		made_number(&made, made.size, 255, 1);
	made_number(&made, made.size, rest, 1);
	made_put(&made, made.size, in->bytes, in->size);
	made_number(&made, 4, made.size - 8, 4);
	return made;
}

static inline struct made make_compressed(const char *filter, const struct made *in)
{
	struct archive_entry *entry = archive_entry_new();
	struct archive *archive = archive_write_new();
	struct made made = { .bytes = calloc(1, MADE_SIZE_MAX) };

	if (strcmp(filter, "lz4") == 0) {
		free(made.bytes);
		made = make_lz4(in);
	} else if (archive_write_add_filter_by_name(archive, filter) != ARCHIVE_OK ||
		   archive_write_set_format_raw(archive) != ARCHIVE_OK ||
		   archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK ||
		   archive_write_open_memory(archive, made.bytes, MADE_SIZE_MAX, &made.size) != ARCHIVE_OK) {
		abort();
	} else {
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_write_header(archive, entry);
		archive_write_data(archive, in->bytes, in->size);
		archive_write_close(archive);
	}
	archive_entry_free(entry);
	archive_write_free(archive);
	return made;
}

#define BZIMAGE_SETUP 1024 /* one sector, and that before it */
#define BZIMAGE_PAYLOAD (BZIMAGE_SETUP + 64)

/* @is_sized: with the size that all streams but gzip's have behind them. */
static inline struct made make_bzimage(const struct made *payload, bool is_sized, const char *version)
{
	struct made made = {};

	made_number(&made, 0x1f1, 1, 1);
	made_number(&made, 0x1fe, 0xaa55, 2);
	made_put(&made, 0x202, "HdrS", 4);
	made_number(&made, 0x206, 0x020f, 2);
	made_number(&made, 0x20e, version ? 0x100 : 0, 2);
	made_number(&made, 0x248, BZIMAGE_PAYLOAD - BZIMAGE_SETUP, 4);
	made_number(&made, 0x24c, payload->size + (is_sized ? 4 : 0), 4);
	if (version)
		made_put(&made, 0x300, version, strlen(version));
	made_put(&made, BZIMAGE_PAYLOAD, payload->bytes, payload->size);
	if (is_sized)
		made_number(&made, made.size, 0x12345678, 4);
	made_number(&made, made.size, 0xe0e0, 2);
	return made;
}

static inline struct made make_zboot(const struct made *payload)
{
	struct made made = {};

	made_put(&made, 0, "MZ\0\0zimg", 8);
	made_number(&made, 8, 4096, 4);
	made_number(&made, 12, payload->size, 4);
	made_put(&made, 24, "gzip", 4);
	made_put(&made, 4096, payload->bytes, payload->size);
	made_put(&made, made.size, "behind it", 9);
	return made;
}

#endif
