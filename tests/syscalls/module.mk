# SPDX-License-Identifier: Apache-2.0
#
# Programs that call every system call with known arguments: see tests/syscalls/calls.c. They have no C library.
CALLS_INC := $(B)/gen/tests/syscalls/calls.inc $(B)/gen/tests/syscalls/calls32.inc
CALLS_TABLES := libtracee/events.tsv tests/syscalls/exceptions.tsv tests/syscalls/calls.tsv
CALLS_FLAGS := -std=gnu11 $(WARNINGS) -O1 -g -ffreestanding -fno-stack-protector -fno-pie -fno-builtin \
	-U_FORTIFY_SOURCE -D_GNU_SOURCE -I. -I$(B)/gen $(PREFIX_MAP)
CALLS_LINK := -static -nostdlib -Wl,--build-id=none
CALLS_SRCS := tests/syscalls/calls.c tests/syscalls/constants.c tests/syscalls/entry.S
C_SRCS += $(filter %.c,$(CALLS_SRCS))

$(B)/gen/tests/syscalls/calls.inc: tests/syscalls/calls.awk $(CALLS_TABLES)
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)awk -f $^ > $@

$(B)/gen/tests/syscalls/calls32.inc: tests/syscalls/calls.awk $(CALLS_TABLES) tests/syscalls/calls32.tsv
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)awk -v list=1 -f $^ > $@

$(B)/gen/tests/syscalls/constants.inc: tests/syscalls/constants.awk tests/syscalls/constants.c
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$(CC) $(CALLS_FLAGS) -E -dD -o $@.i tests/syscalls/constants.c
	$(Q)awk -f tests/syscalls/constants.awk $@.i | LC_ALL=C sort > $@
	$(Q)rm $@.i

$(B)/tests/syscalls/calls: $(CALLS_SRCS) tests/syscalls/constants.h $(CALLS_INC) $(B)/gen/tests/syscalls/constants.inc
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CALLS_FLAGS) -DCONSTANTS_LIST='"tests/syscalls/constants.inc"' $(CALLS_LINK) -o $@ $(CALLS_SRCS)

# The headers of the kernel are the same for i386; on Debian they lie where a compiler for it does not look.
CALLS32_CC_x86_64 = $(CC) -m32 -idirafter /usr/include/x86_64-linux-gnu
CALLS32_CC_arm64 = arm-linux-gnueabihf-gcc -marm -mcpu=cortex-a15
$(B)/tests/syscalls/calls32: $(CALLS_SRCS) tests/syscalls/constants.h $(CALLS_INC)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CALLS32_CC_$(ARCH)) $(CALLS_FLAGS) $(CALLS_LINK) -o $@ $(CALLS_SRCS)

HAS_CALLS32 := $(or $(filter x86_64,$(ARCH)),$(shell command -v arm-linux-gnueabihf-gcc))
SYSCALL_PROGRAMS := $(B)/tests/syscalls/calls $(if $(HAS_CALLS32),$(B)/tests/syscalls/calls32)
vm-programs: $(SYSCALL_PROGRAMS)
HOST_TESTS += tests/host/syscalls.sh tests/host/syscalls32.sh tests/host/strace.sh

# These run on the machine that tests.
$(B)/tests/syscalls/compare: tests/syscalls/compare.c tests/syscalls/value.c tests/syscalls/value.h
$(B)/tests/syscalls/strace: tests/syscalls/strace.c tests/syscalls/value.c tests/syscalls/value.h
SYSCALL_COMPARERS := $(addprefix $(B)/tests/syscalls/, compare strace)
$(SYSCALL_COMPARERS):
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $(filter %.c,$^) -ljansson
vm-programs: $(if $(IS_CROSS),,$(SYSCALL_COMPARERS))
CHECK_TESTS += tests/syscalls/comparers.sh
C_SRCS += $(addprefix tests/syscalls/, compare.c strace.c value.c)
