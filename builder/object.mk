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

# ---- tests ------------------------------------------------------------------------------------

# BPF programs for the tests: <name>:<source>:<defines>. Straight from clang, with debug information,
# as they are before the linker has been over them.
object-programs := \
	relocations:relocations: \
	guarded:guards:-DGUARDED \
	unguarded_field:guards:-DUNGUARDED_FIELD \
	wrong_guard:guards:-DWRONG_GUARD \
	runtime_guard:guards:-DRUNTIME_GUARD \
	unguarded_size:guards:-DUNGUARDED_SIZE \
	signed_load:guards:-DSIGNED_LOAD \
	guarded_in_function:guards:-DGUARDED_IN_FUNCTION \
	unguarded_in_function:guards:-DUNGUARDED_IN_FUNCTION \
	plain:rules: \
	loop:rules:-DLOOP \
	data:rules:-DDATA=7 \
	zero_data:rules:-DZERO_DATA \
	const_data:rules:-DCONST_DATA \
	call:rules:-DCALL \
	old_helper:rules:-DHELPER=bpf_get_current_cgroup_id \
	new_helper:rules:-DHELPER=bpf_ktime_get_boot_ns \
	new_map:rules:-DMAP_TYPE=BPF_MAP_TYPE_RINGBUF \
	new_program:rules:-DSECTION='"sk_reuseport"' \
	no_program:rules:-DSECTION='"nothing_known"' \
	atomic:rules:-DATOMIC*-mcpu=v3 \
	add:rules:-DADD \
	short_jump:rules:-DSHORT_JUMP*-mcpu=v3 \
	proprietary:rules:-DLICENSE='"Proprietary"'
OBJECT_DATA := $(B)/tests/data/object

# name, source, defines ('*' for a space)
define object-program-rule
$(OBJECT_DATA)/$(1).bpf.o: tests/data/object/$(2).bpf.c builder/object.mk bpf/module.mk
	@mkdir -p $$(@D)
	$$(call say,BPF,$$@)
	$$(Q)$$(CMD_CLANG) $$(BPF_CFLAGS) -mcpu=v2 -D__TARGET_ARCH_x86 $(subst *, ,$(3)) -c $$< -o $$@
OBJECT_PROGRAMS += $(OBJECT_DATA)/$(1).bpf.o
endef
$(foreach p,$(object-programs),$(eval $(call object-program-rule,$(word 1,$(subst :, ,$(p))),$(word 2,$(subst :, ,$(p))),$(word 3,$(subst :, ,$(p))))))

# The types of a kernel as BTF, inside an ELF file.
$(OBJECT_DATA)/kernel.o: tests/data/object/kernel.c tests/data/object/kernel.h builder/object.mk
	@mkdir -p $(@D)
	$(call say,BPF,$@)
	$(Q)$(CMD_CLANG) $(BPF_CFLAGS) -c $< -o $@

object-tests := $(addprefix tests/unit/builder/object/, \
	check_test memory_test pack_test program_test reach_test reduce_test relocate_test types_test)
UNIT_TESTS += $(object-tests)
$(B)/obj/tests/unit/builder/object/%.o: ALL_CPPFLAGS += -DOBJECT_DATA='"$(abspath $(OBJECT_DATA))"'
$(object-tests:%=$(B)/%): | $(OBJECT_PROGRAMS) $(OBJECT_DATA)/kernel.o
# This one decides which allocations succeed.
wrap-allocations := $(foreach f,malloc calloc realloc strdup strndup,-Wl,--wrap=$(f))
$(B)/tests/unit/builder/object/memory_test: private ALL_LDFLAGS += $(wrap-allocations)

# libbpf relocates for the comparison, which the kernel must allow: a test of the host.
libbpf-test := $(B)/tests/unit/builder/object/libbpf_test
HOST_TESTS += $(libbpf-test)
unit-tests host-test: $(libbpf-test)
$(libbpf-test): $(B)/obj/tests/unit/builder/object/libbpf_test.o $(B)/libbuilder.a $(B)/libtracee.a | $(OBJECT_PROGRAMS) $(OBJECT_DATA)/kernel.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(TEST_LDLIBS) -lcmocka
C_SRCS += tests/unit/builder/object/libbpf_test.c

# Fuzzing: what the targets need beside them, and the first inputs, small ones.
FUZZ_TARGETS += program_fuzz reduce_fuzz
$(B)/obj/tests/fuzz/program_fuzz.o $(B)/obj/tests/fuzz/reduce_fuzz.o: ALL_CPPFLAGS += -DOBJECT_DATA='"$(abspath $(OBJECT_DATA))"'
fuzz-run: $(B)/tests/fuzz/corpus/seeded
$(B)/tests/fuzz/corpus/seeded: $(OBJECT_PROGRAMS) $(OBJECT_DATA)/kernel.o
	@mkdir -p $(@D)/program_fuzz $(@D)/reduce_fuzz
	$(Q)cp $(OBJECT_PROGRAMS) $(@D)/program_fuzz/
	$(Q)cp $(OBJECT_DATA)/kernel.o $(OBJECT_DATA)/relocations.bpf.o $(@D)/reduce_fuzz/
	@touch $@

CHECK_TESTS += tests/cli/builder_inspect.sh
