# SPDX-License-Identifier: Apache-2.0
#
# Names of numbers in arguments, out of the headers of the target. Included by runtime/module.mk.

NAMES_GEN := $(B)/gen/runtime/names
GENERATED += $(NAMES_GEN)/formats.inc
# With it comes tables.inc.
$(NAMES_GEN)/formats.inc: libtracee/events.tsv $(addprefix runtime/names/,tables.tsv arguments.tsv newer.tsv \
		generate.sh units.awk collect.awk emit.awk)
	$(call say,GEN,$@)
	$(Q)CC='$(CC)' CPPFLAGS='$(CPPFLAGS)' runtime/names/generate.sh $(@D)
-include $(NAMES_GEN)/kernel.d $(NAMES_GEN)/libc.d

UNIT_TESTS += tests/unit/runtime/names/names_test
CHECK_TESTS += tests/cli/names.sh
