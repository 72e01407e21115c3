// SPDX-License-Identifier: Apache-2.0
#include "builder/object/elf_file.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "libtracee/base/error.h"

#define FILE_SIZE_MAX TRACEE_OBJECT_SIZE_MAX
#define SECTIONS_MAX 4096
#define SYMBOLS_MAX 65536
#define MACHINE_BPF 247 /* EM_BPF, include/uapi/linux/elf-em.h */

/* The bytes while they are read. */
struct cursor {
	const uint8_t *bytes;
	size_t size_bytes;
};

static bool is_inside(const struct cursor *cursor, uint64_t offset, uint64_t size)
{
	return offset <= cursor->size_bytes && size <= cursor->size_bytes - offset;
}

static int header_check(const struct cursor *cursor, Elf64_Ehdr *ret_header, struct tracee_error *err)
{
	Elf64_Ehdr header;

	if (cursor->size_bytes > FILE_SIZE_MAX)
		return error_set(err, -EBADMSG, "%zu bytes, at most %u are expected", cursor->size_bytes,
				 FILE_SIZE_MAX);
	if (cursor->size_bytes < sizeof(header) || memcmp(cursor->bytes, ELFMAG, SELFMAG) != 0)
		return error_set(err, -EBADMSG, "it is not an ELF file");
	memcpy(&header, cursor->bytes, sizeof(header));
	if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    header.e_machine != MACHINE_BPF || header.e_type != ET_REL)
		return error_set(err, -EBADMSG,
				 "it is an ELF file, but not a relocatable one for little-endian BPF");
	if (header.e_shnum == 0 || header.e_shnum > SECTIONS_MAX || header.e_shentsize != sizeof(Elf64_Shdr) ||
	    header.e_shstrndx >= header.e_shnum ||
	    !is_inside(cursor, header.e_shoff, (uint64_t)header.e_shnum * sizeof(Elf64_Shdr)))
		return error_set(err, -EBADMSG, "its section table leads out of the file");
	*ret_header = header;
	return 0;
}

/* A string at @offset of a string section that ends in NUL; NULL if it is outside. */
static const char *string_at(const struct elf_section *strings, uint64_t offset)
{
	if (!strings->bytes || offset >= strings->size_bytes || strings->bytes[strings->size_bytes - 1] != '\0')
		return NULL;
	return (const char *)strings->bytes + offset;
}

static int section_read(const struct cursor *cursor, const Elf64_Shdr *header, struct elf_section *section)
{
	*section = (struct elf_section){
		.name = "",
		.type = header->sh_type,
		.flags = header->sh_flags,
		.link = header->sh_link,
		.info = header->sh_info,
	};
	if (header->sh_type == SHT_NULL)
		return 0;
	if (header->sh_size > FILE_SIZE_MAX)
		return -EBADMSG;
	section->size_bytes = header->sh_size;
	if (header->sh_type == SHT_NOBITS)
		return 0;
	if (!is_inside(cursor, header->sh_offset, header->sh_size))
		return -EBADMSG;
	section->bytes = cursor->bytes + header->sh_offset;
	return 0;
}

static int sections_read(const struct cursor *cursor, const Elf64_Ehdr *header, struct elf_file *file,
			 struct tracee_error *err)
{
	const uint8_t *table = cursor->bytes + header->e_shoff;
	Elf64_Shdr section;

	file->sections = calloc(header->e_shnum, sizeof(*file->sections));
	if (!file->sections)
		return -ENOMEM;
	file->n_sections = header->e_shnum;
	for (size_t i = 0; i < file->n_sections; i++) {
		memcpy(&section, table + i * sizeof(section), sizeof(section));
		if (section_read(cursor, &section, &file->sections[i]) < 0)
			return error_set(err, -EBADMSG, "section %zu leads out of the file", i);
	}
	for (size_t i = 1; i < file->n_sections; i++) {
		memcpy(&section, table + i * sizeof(section), sizeof(section));
		file->sections[i].name = string_at(&file->sections[header->e_shstrndx], section.sh_name);
		if (!file->sections[i].name)
			return error_set(err, -EBADMSG, "the name of section %zu leads out of the names", i);
	}
	return 0;
}

static const struct elf_section *symbol_table(const struct elf_file *file)
{
	for (size_t i = 1; i < file->n_sections; i++) {
		if (file->sections[i].type == SHT_SYMTAB)
			return &file->sections[i];
	}
	return NULL;
}

static int symbols_read(struct elf_file *file, struct tracee_error *err)
{
	const struct elf_section *table = symbol_table(file);
	const struct elf_section *names;
	size_t n;

	if (!table)
		return 0;
	n = table->size_bytes / sizeof(Elf64_Sym);
	if (table->link >= file->n_sections || n > SYMBOLS_MAX)
		return error_set(err, -EBADMSG, "its symbol table has no names or more than %d entries",
				 SYMBOLS_MAX);
	names = &file->sections[table->link];
	file->symbols = calloc(n ? n : 1, sizeof(*file->symbols));
	if (!file->symbols)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		Elf64_Sym symbol;

		memcpy(&symbol, table->bytes + i * sizeof(symbol), sizeof(symbol));
		file->symbols[i] = (struct elf_symbol){
			.name = string_at(names, symbol.st_name),
			.type = ELF64_ST_TYPE(symbol.st_info),
			.bind = ELF64_ST_BIND(symbol.st_info),
			.section = symbol.st_shndx,
			.value = symbol.st_value,
			.size_bytes = symbol.st_size,
		};
		if (!file->symbols[i].name)
			return error_set(err, -EBADMSG, "the name of symbol %zu leads out of the names", i);
	}
	file->n_symbols = n;
	return 0;
}

int elf_file_read(const void *bytes, size_t size_bytes, struct elf_file *ret_file, struct tracee_error *err)
{
	const struct cursor cursor = { bytes, size_bytes };
	CLEANUP(elf_file_done) struct elf_file file = {};
	Elf64_Ehdr header = {};
	int r;

	r = header_check(&cursor, &header, err);
	if (r == 0)
		r = sections_read(&cursor, &header, &file, err);
	if (r == 0)
		r = symbols_read(&file, err);
	if (r < 0)
		return r;
	*ret_file = file;
	file = (struct elf_file){};
	return 0;
}

void elf_file_done(struct elf_file *file)
{
	free(file->sections);
	free(file->symbols);
	*file = (struct elf_file){};
}

const struct elf_section *elf_file_section(const struct elf_file *file, const char *name)
{
	for (size_t i = 1; i < file->n_sections; i++) {
		if (strcmp(file->sections[i].name, name) == 0)
			return &file->sections[i];
	}
	return NULL;
}

size_t elf_n_relocations(const struct elf_section *section)
{
	return section->type == SHT_REL ? section->size_bytes / sizeof(Elf64_Rel) : 0;
}

int elf_relocation_at(const struct elf_file *file, const struct elf_section *section, size_t index,
		      struct elf_relocation *ret_relocation, struct tracee_error *err)
{
	Elf64_Rel entry;

	memcpy(&entry, section->bytes + index * sizeof(entry), sizeof(entry));
	if (ELF64_R_SYM(entry.r_info) >= file->n_symbols)
		return error_set(err, -EBADMSG, "section '%s': relocation %zu names symbol %u of %zu",
				 section->name, index, (uint32_t)ELF64_R_SYM(entry.r_info), file->n_symbols);
	*ret_relocation = (struct elf_relocation){
		.offset = entry.r_offset,
		.type = (uint32_t)ELF64_R_TYPE(entry.r_info),
		.symbol = (uint32_t)ELF64_R_SYM(entry.r_info),
	};
	return 0;
}
