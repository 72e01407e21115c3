# SPDX-License-Identifier: Apache-2.0
#
# Package files of kernel headers → a directory. Included by builder/module.mk, whose archive takes the
# sources.

BUILDER_PACKAGE_SRCS := \
	builder/package/extract.c \
	builder/package/links.c \
	builder/package/private_directory.c \
	builder/package/selection.c \
	builder/package/unpack.c \
	builder/package/writer.c

# ---- tests ------------------------------------------------------------------------------------

UNIT_TESTS += $(addprefix tests/unit/builder/package/, \
	links_test memory_test private_directory_test selection_test unpack_test writer_test)
# This one decides which allocations succeed.
$(B)/tests/unit/builder/package/memory_test: private ALL_LDFLAGS += $(wrap-front-allocations)

# Fuzzing: the first packages, small ones, made by tar and ar.
FUZZ_TARGETS += links_fuzz package_fuzz
fuzz-run: $(B)/tests/fuzz/corpus/packages
$(B)/tests/fuzz/corpus/packages: tests/fuzz/seed_packages.sh
	@mkdir -p $(@D)/package_fuzz
	$(Q)tests/fuzz/seed_packages.sh $(@D)/package_fuzz
	@touch $@
