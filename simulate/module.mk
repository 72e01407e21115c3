# SPDX-License-Identifier: Apache-2.0
#
# tracee-simulate provokes what the runtime detects. Static, so that it runs in images without libraries, and so that
# no loader does anything of its own in it.
SIMULATE_SRCS := $(addprefix simulate/, \
	call32.c debugging.c execute.c fileless.c in32.c injection.c main.c memory.c modules.c place.c preload.c stdio.c uring.c)
C_SRCS += $(SIMULATE_SRCS)

# Without any library, which for 32 bits need not be there: the compiler alone has to be able to.
$(B)/simulate/program32: simulate/program32.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -m32 -std=gnu11 -O2 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none -nostdlib -static \
		-Wl,--build-id=none -Wl,-z,noexecstack -o $@ $<
SIMULATE_PARTS_x86_64 := $(B)/simulate/program32

$(B)/tracee-simulate: $(SIMULATE_SRCS) $(wildcard simulate/*.h) $(SIMULATE_PARTS_$(ARCH)) VERSION
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(STATIC_FLAGS) -DTRACEE_VERSION='"$(VERSION)"' -DPROGRAM32='"$(B)/simulate/program32"' \
		-o $@ $(filter %.c,$^) -lpthread
ALL += $(B)/tracee-simulate
INSTALL += 755:$(B)/tracee-simulate:bin
CHECK_TESTS += tests/cli/simulate_cli.sh
