# SPDX-License-Identifier: Apache-2.0
#
# Tests that load BPF on this machine.
HOST_TESTS += tests/host/trace_host.sh tests/host/filters.sh tests/host/accounting.sh tests/host/old_kernel.sh \
	tests/host/output.sh tests/host/schema.sh tests/host/containers.sh

STORM := $(B)/tests/host/storm
$(STORM): $(B)/obj/tests/host/storm.o $(B)/libtracee.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $^
ALL += $(STORM)

AS_4_18 := $(B)/tests/host/as_4_18
$(AS_4_18): tests/host/as_4_18.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $<
C_SRCS += tests/host/as_4_18.c
ALL += $(AS_4_18)

STACK := $(B)/tests/host/stack
$(STACK): tests/host/stack.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -O0 -U_FORTIFY_SOURCE -fno-omit-frame-pointer -pie $(ALL_LDFLAGS) -o $@ $<
C_SRCS += tests/host/stack.c
ALL += $(STACK)

EVERY_EVENT := $(B)/tests/host/every_event
$(EVERY_EVENT): $(B)/obj/tests/host/every_event.o $(B)/libruntime.a $(B)/libtracee.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $^ $(RUNTIME_LDLIBS)
ALL += $(EVERY_EVENT)
