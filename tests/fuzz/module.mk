# SPDX-License-Identifier: Apache-2.0
#
# Fuzzing needs clang with sanitizers, so the targets are built as a variant of their own.
FUZZ_S ?= 60
FUZZ_CLANG ?= clang
FUZZ_VARIANT := CC=$(FUZZ_CLANG) SAN=address,undefined O='$(O)/fuzz' CFLAGS='-O1 -g -fsanitize=fuzzer-no-link'

define fuzz-rule
$(B)/tests/fuzz/$(1): $(B)/obj/tests/fuzz/$(1).o $(ARCHIVES:%=$(B)/%.a)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) -fsanitize=fuzzer -pie $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) \
		-Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(TEST_LDLIBS)
endef

##@ Test
## fuzz: each fuzz target for FUZZ_S seconds (default 60)
.PHONY: fuzz fuzz-run
fuzz:
	$(Q)$(MAKE) --no-print-directory $(FUZZ_VARIANT) FUZZ_S=$(FUZZ_S) fuzz-run
fuzz-run: $(FUZZ_TARGETS:%=$(B)/tests/fuzz/%)
	$(Q)FUZZ_S=$(FUZZ_S) BUILD='$(B)' TEST_TIMEOUT=3600 tests/run.sh $(B)/test-logs tests/fuzz/run.sh
