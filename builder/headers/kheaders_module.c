// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/kheaders_module.h"

#include <archive.h>
#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/text.h"

#define MODULE_SIZE_MAX (64u << 20) /* decompressed; the archive of a kernel with all options has 4 MB */
#define SYMBOLS_MAX 65536 /* it has some dozens */
#define BLOCK_SIZE 65536

#define XZ_MAGIC                                                                                                   \
	"\xfd"                                                                                                     \
	"7zXZ\0" /* xz-file-format, 2.1.1.1 */
#define XZ_MAGIC_SIZE 6
/* kernel/kheaders.c in the kernel */
#define SYMBOL_BEGIN "kernel_headers_data"
#define SYMBOL_END "kernel_headers_data_end"

struct bytes {
	const uint8_t *at;
	size_t size;
};

/* ---- the file --------------------------------------------------------------------------------- */

DEFINE_CLEANUP(struct archive *, archive_read_free)

/*
 * One filter, chosen here: where libarchive lacks a decompressor it would run a program for it, which it
 * says by ARCHIVE_WARN.
 */
static int filter_choose(struct archive *archive, const uint8_t *magic, struct tracee_error *err)
{
	static const struct {
		const char *name;
		const char *magic;
		size_t size;
		int (*support)(struct archive *archive);
	} filters[] = {
		{ "gzip", "\x1f\x8b", 2, archive_read_support_filter_gzip }, /* RFC 1952 */
		{ "xz", XZ_MAGIC, XZ_MAGIC_SIZE, archive_read_support_filter_xz },
		{ "zstd", "\x28\xb5\x2f\xfd", 4, archive_read_support_filter_zstd }, /* RFC 8878 */
		{ "nothing", ELFMAG, SELFMAG, archive_read_support_filter_none },
	};

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		if (memcmp(magic, filters[i].magic, filters[i].size) != 0)
			continue;
		if (filters[i].support(archive) == ARCHIVE_OK)
			return 0;
		return error_set(err, -ENOTSUP, "it is compressed with %s, which libarchive here cannot read",
				 filters[i].name);
	}
	return error_set(err, -EBADMSG,
			 "it is no kernel module: expected an ELF file, as it is or in gzip, xz or zstd");
}

static int archive_failure(struct archive *archive, struct tracee_error *err)
{
	const char *text = archive_error_string(archive);

	if (archive_errno(archive) == ENOMEM)
		return -ENOMEM;
	return error_set(err, -EBADMSG, "it cannot be decompressed: %s", text ? text : "no reason given");
}

static int read_all(struct archive *archive, struct text *module, struct tracee_error *err)
{
	struct archive_entry *entry;
	char block[BLOCK_SIZE];
	la_ssize_t n;

	if (archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return archive_failure(archive, err);
	while ((n = archive_read_data(archive, block, sizeof(block))) > 0) {
		text_add_bytes(module, block, (size_t)n);
		if (text_error(module) == -E2BIG)
			return error_set(err, -EFBIG, "it has more than %u bytes when decompressed",
					 MODULE_SIZE_MAX);
		if (text_error(module))
			return text_error(module);
	}
	return n < 0 ? archive_failure(archive, err) : 0;
}

static int decompress(const struct bytes *file, struct text *module, struct tracee_error *err)
{
	CLEANUP(archive_read_free_at) struct archive *archive = archive_read_new();
	uint8_t magic[XZ_MAGIC_SIZE] = {};
	int r;

	if (!archive)
		return -ENOMEM;
	memcpy(magic, file->at, file->size < sizeof(magic) ? file->size : sizeof(magic));
	r = filter_choose(archive, magic, err);
	if (r < 0)
		return r;
	if (archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, file->at, file->size) != ARCHIVE_OK)
		return archive_failure(archive, err);
	return read_all(archive, module, err);
}

/* ---- the module ------------------------------------------------------------------------------- */

DEFINE_CLEANUP(Elf *, elf_end)

/* Of a section's contents; nothing for one that has none or leads out of the file. */
static struct bytes section_bytes(Elf_Scn *section)
{
	Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;
	GElf_Shdr header;

	if (!data || !data->d_buf || !gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
		return (struct bytes){};
	return (struct bytes){ data->d_buf, data->d_size };
}

static Elf_Scn *section_next_of_type(Elf *elf, Elf_Scn *section, uint32_t type)
{
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) && header.sh_type == type)
			return section;
	}
	return NULL;
}

struct symbols {
	bool has_begin, has_end;
	GElf_Sym begin, end;
};

/* Looks through one symbol table. */
static int symbols_find(Elf *elf, Elf_Scn *table, struct symbols *symbols, struct tracee_error *err)
{
	Elf_Data *data = elf_getdata(table, NULL);
	GElf_Shdr header;
	GElf_Sym symbol;

	if (!data || !gelf_getshdr(table, &header))
		return error_set(err, -EBADMSG, "its symbol table leads out of the file");
	if (data->d_size / sizeof(Elf64_Sym) > SYMBOLS_MAX)
		return error_set(err, -EBADMSG, "its symbol table has more than %d entries", SYMBOLS_MAX);
	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);

		if (name && strcmp(name, SYMBOL_BEGIN) == 0) {
			symbols->begin = symbol;
			symbols->has_begin = true;
		} else if (name && strcmp(name, SYMBOL_END) == 0) {
			symbols->end = symbol;
			symbols->has_end = true;
		}
	}
	return 0;
}

static int between_symbols(Elf *elf, const struct symbols *symbols, struct bytes *ret_archive,
			   struct tracee_error *err)
{
	const GElf_Sym *begin = &symbols->begin, *end = &symbols->end;
	struct bytes section;

	if (!symbols->has_begin || !symbols->has_end)
		return error_set(err, -EBADMSG,
				 "of the symbols '" SYMBOL_BEGIN "' and '" SYMBOL_END "' it has only one");
	section = section_bytes(elf_getscn(elf, begin->st_shndx));
	if (!section.at || begin->st_shndx != end->st_shndx || begin->st_value > end->st_value ||
	    end->st_value > section.size)
		return error_set(err, -EBADMSG,
				 "its symbol '" SYMBOL_BEGIN "' or '" SYMBOL_END "' leads out of its section");
	*ret_archive = (struct bytes){ section.at + begin->st_value, end->st_value - begin->st_value };
	return 0;
}

/* Without symbols: from what looks like an .xz file to the end of .rodata. */
static int from_magic(Elf *elf, struct bytes *ret_archive, struct tracee_error *err)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return error_set(err, -EBADMSG, "it has no section names");
	while ((section = section_next_of_type(elf, section, SHT_PROGBITS))) {
		struct bytes bytes = section_bytes(section);
		GElf_Shdr header;
		const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;
		const uint8_t *found;

		if (!name || strcmp(name, ".rodata") != 0 || !bytes.at)
			continue;
		found = memmem(bytes.at, bytes.size, XZ_MAGIC, XZ_MAGIC_SIZE);
		if (found) {
			*ret_archive = (struct bytes){ found, (size_t)(bytes.at + bytes.size - found) };
			return 0;
		}
	}
	return error_set(err, -EBADMSG,
			 "it holds no header archive: neither symbol '" SYMBOL_BEGIN
			 "' nor an .xz file in .rodata");
}

static int archive_find(Elf *elf, struct bytes *ret_archive, struct tracee_error *err)
{
	struct symbols symbols = {};
	Elf_Scn *table = NULL;
	int r = 0;

	while (r == 0 && (table = section_next_of_type(elf, table, SHT_SYMTAB)))
		r = symbols_find(elf, table, &symbols, err);
	if (r < 0)
		return r;
	if (!symbols.has_begin && !symbols.has_end)
		return from_magic(elf, ret_archive, err);
	r = between_symbols(elf, &symbols, ret_archive, err);
	if (r < 0)
		return r;
	if (ret_archive->size < XZ_MAGIC_SIZE || memcmp(ret_archive->at, XZ_MAGIC, XZ_MAGIC_SIZE) != 0)
		return error_set(err, -EBADMSG, "what is at its symbol '" SYMBOL_BEGIN "' is no .xz file");
	return 0;
}

/* @module is what libelf looks at in place, which it may change. */
static int module_read(struct text *module, uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(elf_end_at) Elf *elf = NULL;
	struct bytes archive = {};
	GElf_Ehdr header;
	uint8_t *bytes;
	int r;

	elf_version(EV_CURRENT);
	elf = elf_memory(module->bytes, module->size_bytes);
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return error_set(err, -EBADMSG, "it is not an ELF file that can be read");
	if (header.e_type != ET_REL)
		return error_set(err, -EBADMSG, "it is an ELF file, but not a relocatable one, as modules are");
	r = archive_find(elf, &archive, err);
	if (r < 0)
		return r;
	bytes = malloc(archive.size);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, archive.at, archive.size);
	*ret_bytes = bytes;
	*ret_size_bytes = archive.size;
	return 0;
}

int kheaders_module_read(int fd, uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(text_done) struct text module = {};
	CLEANUP(free_at) uint8_t *file = NULL;
	struct bytes bytes = {};
	int r = file_read_fd(fd, MODULE_SIZE_MAX, &file, &bytes.size);

	if (r == -EFBIG)
		return error_set(err, r, "it has more than %u bytes", MODULE_SIZE_MAX);
	if (r < 0)
		return error_errno(err, r, "it cannot be read");
	bytes.at = file;
	text_init(&module, MODULE_SIZE_MAX);
	r = decompress(&bytes, &module, err);
	return r < 0 ? r : module_read(&module, ret_bytes, ret_size_bytes, err);
}
