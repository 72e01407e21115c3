// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "builder/object/access_path.h"
#include "builder/object/program_parts.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

/*
 * The CO-RE part of .BTF.ext (Documentation/bpf/btf.rst, "The .BTF.ext section", and
 * include/uapi/linux/bpf.h): a header; then, at core_relo_off, the size of one record and for each
 * section its name, the number of records, and the records.
 */
#define HEADER_MAGIC 0xeb9f
#define RELOCATIONS_MAX 65536
#define SPEC_SIZE_MAX 1024

struct ext_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t size_bytes;
	uint32_t func_info_offset, func_info_size;
	uint32_t line_info_offset, line_info_size;
	uint32_t core_relo_offset, core_relo_size; /* offsets count from the end of the header */
};

struct cursor {
	const uint8_t *bytes;
	size_t left;
};

static int cursor_take(struct cursor *cursor, void *to, size_t size_bytes)
{
	if (cursor->left < size_bytes)
		return -EBADMSG;
	memcpy(to, cursor->bytes, size_bytes);
	cursor->bytes += size_bytes;
	cursor->left -= size_bytes;
	return 0;
}

/* The part with the relocations; an empty one for files of a compiler that did not know them. */
static int part_find(const struct elf_section *section, struct cursor *ret_part)
{
	struct ext_header header = {};

	if (section->size_bytes < sizeof(header) - 8)
		return -EBADMSG;
	memcpy(&header, section->bytes,
	       section->size_bytes < sizeof(header) ? section->size_bytes : sizeof(header));
	if (header.magic != HEADER_MAGIC || header.version != 1 || header.size_bytes > section->size_bytes)
		return -EBADMSG;
	*ret_part = (struct cursor){};
	if (header.size_bytes < sizeof(header) || header.core_relo_size == 0)
		return 0;
	if (header.core_relo_offset > section->size_bytes - header.size_bytes ||
	    header.core_relo_size > section->size_bytes - header.size_bytes - header.core_relo_offset)
		return -EBADMSG;
	*ret_part = (struct cursor){ section->bytes + header.size_bytes + header.core_relo_offset,
				     header.core_relo_size };
	return 0;
}

static int relocation_describe(struct program_relocation *relocation, const struct btf *types,
			       struct tracee_error *err)
{
	CLEANUP(text_done) struct text text = {};
	struct access_path path;
	int r;

	r = access_path_parse(types, relocation->kind, relocation->type_id, relocation->access, &path, err);
	if (r < 0)
		return r;
	text_init(&text, SPEC_SIZE_MAX);
	access_path_describe(types, &path, &text);
	if (text_error(&text) == -E2BIG)
		return error_set(err, -EBADMSG, "the path '%s' is longer than %d bytes when spelled out",
				 relocation->access, SPEC_SIZE_MAX);
	relocation->spec = text_take(&text);
	return relocation->spec ? 0 : -ENOMEM;
}

static int record_read(struct program *program, const char *section, const struct bpf_core_relo *record,
		       struct tracee_error *err)
{
	struct program_relocation *relocation = &program->relocations[program->n_relocations];
	int r;

	*relocation = (struct program_relocation){
		.kind = record->kind,
		.type_id = record->type_id,
		.access = btf__str_by_offset(program->types, record->access_str_off),
	};
	relocation->function = program_function_at(program, section, record->insn_off / sizeof(struct bpf_insn),
						   &relocation->insn);
	if (relocation->function == PROGRAM_NO_FUNCTION || record->insn_off % sizeof(struct bpf_insn))
		return error_set(err, -EBADMSG, "a relocation in section '%s' at byte %u is at no instruction",
				 section, record->insn_off);
	if (!relocation->access || record->type_id == 0 || record->type_id >= btf__type_cnt(program->types))
		return error_set(err, -EBADMSG,
				 "a relocation in section '%s' names a type or a path that is not there", section);
	r = relocation_describe(relocation, program->types, err);
	if (r < 0)
		return error_prefix(err, r, "function '%s', instruction %zu",
				    program->functions[relocation->function].name, relocation->insn);
	program->n_relocations++;
	return 0;
}

static int relocations_reserve(struct program *program, size_t more)
{
	struct program_relocation *relocations;

	if (more > RELOCATIONS_MAX || program->n_relocations + more > RELOCATIONS_MAX)
		return -EBADMSG;
	relocations = realloc(program->relocations, (program->n_relocations + more) * sizeof(*relocations));
	if (!relocations)
		return -ENOMEM;
	program->relocations = relocations;
	return 0;
}

/* The records of one section of instructions. */
static int block_read(struct program *program, struct cursor *cursor, struct tracee_error *err)
{
	struct {
		uint32_t name_offset, n_records;
	} block;
	const char *section;
	int r;

	if (cursor_take(cursor, &block, sizeof(block)) < 0 || block.n_records == 0 ||
	    block.n_records > cursor->left / sizeof(struct bpf_core_relo))
		return error_set(err, -EBADMSG, "its relocations end early");
	section = btf__str_by_offset(program->types, block.name_offset);
	if (!section)
		return error_set(err, -EBADMSG, "its relocations are in a section without a name");
	r = relocations_reserve(program, block.n_records);
	if (r == -EBADMSG)
		return error_set(err, r, "it has more than %d relocations", RELOCATIONS_MAX);
	for (uint32_t i = 0; r == 0 && i < block.n_records; i++) {
		struct bpf_core_relo record;

		r = cursor_take(cursor, &record, sizeof(record));
		if (r == 0)
			r = record_read(program, section, &record, err);
	}
	return r;
}

static int compare_relocations(const void *a, const void *b)
{
	const struct program_relocation *r = a, *s = b;

	if (r->function != s->function)
		return r->function < s->function ? -1 : 1;
	return r->insn < s->insn ? -1 : r->insn > s->insn;
}

int program_read_relocations(struct program *program, const struct elf_section *section, struct tracee_error *err)
{
	struct cursor cursor;
	uint32_t record_size;
	int r = 0;

	if (!section || !section->bytes)
		return 0;
	if (part_find(section, &cursor) < 0)
		return error_set(err, -EBADMSG, "its section '.BTF.ext' is damaged");
	if (cursor.left == 0)
		return 0;
	if (cursor_take(&cursor, &record_size, sizeof(record_size)) < 0 ||
	    record_size != sizeof(struct bpf_core_relo))
		return error_set(err, -EBADMSG, "its relocations have an unknown size, %zu bytes are expected",
				 sizeof(struct bpf_core_relo));
	while (r == 0 && cursor.left > 0)
		r = block_read(program, &cursor, err);
	if (r < 0)
		return r;
	qsort(program->relocations, program->n_relocations, sizeof(*program->relocations), compare_relocations);
	for (size_t i = 1; i < program->n_relocations; i++) {
		if (compare_relocations(&program->relocations[i - 1], &program->relocations[i]) == 0)
			return error_set(err, -EBADMSG, "function '%s', instruction %zu has two relocations",
					 program->functions[program->relocations[i].function].name,
					 program->relocations[i].insn);
	}
	return 0;
}
