# SPDX-License-Identifier: Apache-2.0
#
# tracee-simulate provokes what the runtime detects. Static, so that it runs in images without libraries, and so that
# no loader does anything of its own in it.
SIMULATE_SRCS := $(addprefix simulate/, \
	call32.c debugging.c execute.c fileless.c injection.c main.c memory.c modules.c place.c preload.c stdio.c uring.c)
C_SRCS += $(SIMULATE_SRCS)

$(B)/tracee-simulate: $(SIMULATE_SRCS) $(wildcard simulate/*.h) VERSION
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(STATIC_FLAGS) -DTRACEE_VERSION='"$(VERSION)"' -o $@ $(filter %.c,$^) -lpthread
ALL += $(B)/tracee-simulate
INSTALL += 755:$(B)/tracee-simulate:bin
CHECK_TESTS += tests/cli/simulate_cli.sh
