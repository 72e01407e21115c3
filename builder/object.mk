# SPDX-License-Identifier: Apache-2.0
#
# The back half of the builder: programs, relocations, reduced layouts, checks, packing. Included by
# builder/module.mk, whose archive takes the sources.

BUILDER_OBJECT_SRCS := \
	builder/cmd_check.c \
	builder/cmd_inspect.c \
	builder/object/access_path.c \
	builder/object/btf_writer.c \
	builder/object/check.c \
	builder/object/check_code.c \
	builder/object/check_kernel.c \
	builder/object/describe.c \
	builder/object/describe_json.c \
	builder/object/describe_layout.c \
	builder/object/elf_file.c \
	builder/object/embedded.c \
	builder/object/embedded_bytes.S \
	builder/object/kernel_4_18.c \
	builder/object/libbpf_messages.c \
	builder/object/names.c \
	builder/object/pack.c \
	builder/object/program.c \
	builder/object/program_code.c \
	builder/object/program_maps.c \
	builder/object/program_relocations.c \
	builder/object/reach.c \
	builder/object/reduce.c \
	builder/object/relocate.c \
	builder/object/relocated.c \
	builder/object/table.c \
	builder/object/types.c

$(B)/obj/builder/object/embedded_bytes.o: ALL_CPPFLAGS += -DBPF_OBJECTS=$(B)/bpf
$(B)/obj/builder/object/embedded_bytes.o: $(BPF_OBJECTS)
