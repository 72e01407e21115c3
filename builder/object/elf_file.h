/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_ELF_FILE_H
#define BUILDER_OBJECT_ELF_FILE_H

/*
 * The frame of a BPF program file, read from outside bytes: 64-bit little-endian relocatable ELF for
 * BPF, as clang and libbpf's linker write it (elf(5); machine 247 of include/uapi/linux/elf-em.h).
 * Every offset, size and name is checked here, so that whoever reads a section has only its contents
 * left to check.
 */
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"

struct elf_section {
	const char *name; /* terminated, inside the file */
	uint32_t type; /* SHT_* */
	uint64_t flags; /* SHF_* */
	const uint8_t *bytes; /* unaligned; NULL for SHT_NOBITS */
	size_t size_bytes;
	uint32_t link, info;
};

struct elf_symbol {
	const char *name;
	uint8_t type, bind; /* STT_*, STB_* */
	uint16_t section; /* index, or SHN_* */
	uint64_t value, size_bytes;
};

/* A view of a file; the arrays are its own, everything else leads into the bytes. */
struct elf_file {
	struct elf_section *sections; /* [0] is the empty one of every ELF file */
	size_t n_sections;
	struct elf_symbol *symbols; /* none if there is no symbol table */
	size_t n_symbols;
};

/* One entry of a SHT_REL section. */
struct elf_relocation {
	uint64_t offset; /* into the section that it patches */
	uint32_t type;
	uint32_t symbol; /* index that is inside elf_file.symbols */
};

/*
 * @bytes is borrowed and must outlive @ret_file, which is the caller's: elf_file_done(). -EBADMSG with a
 * sentence that says what is wrong.
 */
int elf_file_read(const void *bytes, size_t size_bytes, struct elf_file *ret_file, struct tracee_error *err);

/* Accepts an empty one ({0}). */
void elf_file_done(struct elf_file *file);

/* The first section with this name; NULL if there is none. */
const struct elf_section *elf_file_section(const struct elf_file *file, const char *name);

/* Entries of a SHT_REL section; 0 if @section is not one. */
size_t elf_n_relocations(const struct elf_section *section);
/* @index below elf_n_relocations(). -EBADMSG if its symbol is outside the table. */
int elf_relocation_at(const struct elf_file *file, const struct elf_section *section, size_t index,
		      struct elf_relocation *ret_relocation, struct tracee_error *err);

#endif
