# SPDX-License-Identifier: Apache-2.0
#
# Tests that load BPF on this machine.
HOST_TESTS += tests/host/trace_host.sh tests/host/accounting.sh

STORM := $(B)/tests/host/storm
$(STORM): $(B)/obj/tests/host/storm.o $(B)/libtracee.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $^
ALL += $(STORM)
