# SPDX-License-Identifier: Apache-2.0
ARCHIVES += libtracee
libtracee-srcs := \
	libtracee/base/digest.c \
	libtracee/base/error.c \
	libtracee/base/escape.c \
	libtracee/base/file.c \
	libtracee/base/json.c \
	libtracee/base/number.c \
	libtracee/base/spawn.c \
	libtracee/base/text.c \
	libtracee/base/unprivileged.c \
	libtracee/event_decode.c \
	libtracee/event_table.c \
	libtracee/kernel.c \
	libtracee/object.c \
	libtracee/object_find.c \
	libtracee/object_trust.c

# The event definitions, from the one table.
GENERATED += $(B)/gen/event_table.inc
$(B)/gen/event_table.inc: libtracee/event_table.awk libtracee/events.tsv
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)awk -f $^ > $@

GENERATED += $(B)/gen/ia32_table.inc
$(B)/gen/ia32_table.inc: libtracee/compat_table.awk libtracee/events.tsv libtracee/ia32.tsv
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)awk -f $^ > $@

GENERATED += $(B)/gen/aarch32_table.inc
$(B)/gen/aarch32_table.inc: libtracee/compat_table.awk libtracee/events.tsv libtracee/aarch32.tsv
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)awk -v aligned=1 -f $^ > $@

# The shared library has the public symbols only.
LIBTRACEE_SO := $(B)/libtracee.so.0
$(LIBTRACEE_SO): $(patsubst %.c,$(B)/pic/%.o,$(libtracee-srcs)) libtracee/libtracee.map
	$(call say,LD,$@)
	$(Q)$(CC) $(filter-out -fPIE,$(ALL_CFLAGS)) -shared -Wl,-soname,libtracee.so.0 -Wl,--version-script=libtracee/libtracee.map \
		$(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -lmd

$(B)/tracee.pc: libtracee/tracee.pc.in VERSION Makefile
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' $< > $@

ALL += $(LIBTRACEE_SO) $(B)/tracee.pc
INSTALL += 644:libtracee/include/tracee/tracee.h:include/tracee 644:$(B)/libtracee.a:lib \
	755:$(LIBTRACEE_SO):lib 644:$(B)/tracee.pc:lib/pkgconfig

UNIT_TESTS += \
	tests/unit/libtracee/base/base_test \
	tests/unit/libtracee/base/escape_test \
	tests/unit/libtracee/event_decode_test \
	tests/unit/libtracee/kernel_test \
	tests/unit/libtracee/object_find_test \
	tests/unit/libtracee/object_test
FUZZ_TARGETS += object_fuzz event_fuzz
TEST_LDLIBS += -lmd
