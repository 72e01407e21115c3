// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/btf_section.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

static void elf_end_at(Elf **elf)
{
	elf_end(*elf);
}

static Elf_Scn *find_section(Elf *elf, const char *wanted)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return NULL;
	for (Elf_Scn *section = elf_nextscn(elf, NULL); section; section = elf_nextscn(elf, section)) {
		GElf_Shdr header;
		const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

		if (name && strcmp(name, wanted) == 0 && header.sh_type == SHT_PROGBITS &&
		    !(header.sh_flags & SHF_COMPRESSED))
			return section;
	}
	return NULL;
}

int btf_section_read(int fd, size_t max_bytes, uint8_t **ret_bytes, size_t *ret_size_bytes,
		     struct tracee_error *err)
{
	CLEANUP(elf_end_at) Elf *elf = NULL;
	Elf_Scn *section;
	Elf_Data *data;
	uint8_t *bytes;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return error_set(err, -EBADMSG, "it is not an ELF file that can be read (%s)",
				 elf ? "another kind of file" : elf_errmsg(-1));
	section = find_section(elf, ".BTF");
	if (!section)
		return error_set(err, -EBADMSG, "it is an ELF file without a section .BTF");
	data = elf_rawdata(section, NULL);
	if (!data || !data->d_buf || data->d_size == 0)
		return error_set(err, -EBADMSG, "its section .BTF is empty or leads out of the file");
	if (data->d_size > max_bytes)
		return error_set(err, -EFBIG, "its section .BTF has %zu bytes, at most %zu are expected",
				 data->d_size, max_bytes);
	bytes = malloc(data->d_size);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, data->d_buf, data->d_size);
	*ret_bytes = bytes;
	*ret_size_bytes = data->d_size;
	return 0;
}
