# SPDX-License-Identifier: Apache-2.0
#
# What tracee-simulate does against what the runtime finds, on this machine; in virtual machines see tests/vm.
HOST_TESTS += tests/detect/cases.sh

EXECUTE := $(B)/tests/detect/execute
$(EXECUTE): tests/detect/execute.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(STATIC_FLAGS) -o $@ $<
C_SRCS += tests/detect/execute.c
ALL += $(EXECUTE)

## quiet: an hour of ordinary work with all rules on (QUIET_S=seconds), and what came of it
.PHONY: quiet
quiet: deps all
	$(Q)BUILD='$(B)' tests/detect/quiet.sh
