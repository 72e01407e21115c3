# SPDX-License-Identifier: Apache-2.0
ARCHIVES += libbuilder
libbuilder-srcs := \
	builder/build_options.c \
	builder/build_source.c \
	builder/cmd_build.c \
	builder/cmd_headers.c \
	builder/child.c \
	builder/child_seccomp.c \
	builder/compile/clang.c \
	builder/headers/cure.c \
	builder/headers/defines.c \
	builder/headers/finding.c \
	builder/headers/grade.c \
	builder/headers/identify.c \
	builder/headers/kheaders_find.c \
	builder/headers/kheaders_module.c \
	builder/headers/mounts.c \
	builder/headers/named.c \
	builder/headers/releases.c \
	builder/headers/root.c \
	builder/headers/search.c \
	builder/headers/sources/archives.c \
	builder/headers/sources/kernels.c \
	builder/headers/sources/kheaders.c \
	builder/headers/sources/kheaders_module.c \
	builder/headers/sources/linux_headers.c \
	builder/headers/sources/modules.c \
	builder/headers/sources/nixos.c \
	builder/headers/sources/own_btf.c \
	builder/headers/sources/sources.c \
	builder/headers/sources/suse.c \
	builder/headers/sources/vmlinux.c \
	builder/headers/sources/vmlinuz.c \
	builder/headers/tree.c \
	builder/headers/try.c \
	builder/image/decompress.c \
	builder/image/flat.c \
	builder/image/image.c \
	builder/layout/arguments.c \
	builder/layout/btf_section.c \
	builder/layout/compare.c \
	builder/layout/dependencies.c \
	builder/layout/from_btf.c \
	builder/layout/from_headers.c \
	builder/layout/hazards.c \
	builder/layout/homonyms.c \
	builder/layout/layout.c \
	builder/layout/named.c \
	builder/layout/parts.c \
	builder/layout/unit.S \
	builder/log.c

include builder/object.mk
libbuilder-srcs += $(BUILDER_OBJECT_SRCS)
include builder/package.mk
libbuilder-srcs += $(BUILDER_PACKAGE_SRCS)

PROGRAMS += tracee-builder
tracee-builder-srcs := builder/main.c
tracee-builder-archives := libbuilder libtracee
tracee-builder-ldlibs := -larchive -lbpf -lelf -lz -lmd
TEST_LDLIBS += -larchive -lbpf -lelf -lz

$(B)/obj/builder/main.o $(B)/obj/builder/cmd_build.o: ALL_CPPFLAGS += -DTRACEE_VERSION='"$(VERSION)"'
$(B)/obj/builder/main.o $(B)/obj/builder/cmd_build.o: VERSION
$(B)/obj/builder/layout/unit.o: bpf/layout.c builder/layout/overlay.h

INSTALL += 755:$(B)/tracee-builder:bin
UNIT_TESTS += $(addprefix tests/unit/builder/, \
	child_test \
	compile/clang_test \
	headers/cure_test \
	headers/defines_test \
	headers/grade_test \
	headers/kheaders_module_test \
	headers/root_test \
	headers/tree_test \
	image/image_test \
	layout/compare_test \
	layout/dependencies_test \
	layout/from_btf_test \
	layout/hazards_test \
	layout/memory_test \
	layout/named_test)
wrap-front-allocations := $(foreach f,malloc calloc realloc reallocarray strdup,-Wl,--wrap=$(f))
$(B)/tests/unit/builder/layout/memory_test $(B)/tests/unit/builder/headers/kheaders_module_test \
$(B)/tests/unit/builder/image/image_test: \
	private ALL_LDFLAGS += $(wrap-front-allocations)
PACKAGE_TESTS += tests/cli/builder_debian.sh tests/cli/builder_situations.sh tests/cli/builder_packages.sh
CHECK_TESTS += tests/cli/builder_rules.sh
PACK_CORE := $(B)/tests/cli/pack_core
$(PACK_CORE): $(B)/obj/tests/cli/pack_core.o $(B)/libtracee.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $^ -lmd
C_SRCS += tests/cli/pack_core.c
check: $(if $(IS_CROSS),,$(PACK_CORE))
unit-tests: $(if $(IS_CROSS),,$(PACK_CORE))
CHECK_TESTS += tests/cli/builder_build.sh tests/cli/builder_sources.sh tests/cli/objects.sh
FUZZ_TARGETS += headers_fuzz btf_fuzz compare_fuzz kheaders_fuzz image_fuzz

# The first inputs of fuzz targets, small ones. Of compare_fuzz: two layouts, the length of the first in front.
fuzz-corpus := $(B)/tests/fuzz/corpus
fuzz-run: $(fuzz-corpus)/compare_fuzz/pair $(fuzz-corpus)/kheaders_fuzz/module $(fuzz-corpus)/image_fuzz/bzimage
$(fuzz-corpus)/compare_fuzz/pair: tests/data/headers/pair.c builder/module.mk
	@mkdir -p $(@D)
	$(Q)$(CMD_CLANG) $(BPF_CFLAGS) -c $< -o $@.1.o && llvm-objcopy --dump-section .BTF=$@.1 $@.1.o
	$(Q)$(CMD_CLANG) $(BPF_CFLAGS) -DOTHER -c $< -o $@.2.o && llvm-objcopy --dump-section .BTF=$@.2 $@.2.o
	$(Q)printf "$$(printf '\\x%02x\\x%02x\\0\\0' $$(($$(stat -c %s $@.1) % 256)) $$(($$(stat -c %s $@.1) / 256)))" > $@
	$(Q)cat $@.1 $@.2 >> $@ && rm $@.1 $@.2 $@.1.o $@.2.o

$(fuzz-corpus)/kheaders_fuzz/module: tests/data/headers/kheaders.S builder/module.mk
	@mkdir -p $(@D)
	$(Q)$(CC) -c $< -o $@ && strip -o $@.stripped $@
	$(Q)gzip -nkf $@ && xz -kf $@ && zstd -qkf $@

$(fuzz-corpus)/image_fuzz/bzimage: tests/data/headers/pair.c tests/fuzz/seed_images.sh tests/cli/make_image.sh builder/module.mk
	@mkdir -p $(@D)
	$(Q)$(CMD_CLANG) $(BPF_CFLAGS) -c $< -o $@.o
	$(Q)tests/fuzz/seed_images.sh $@.o $(@D) && rm $@.o
