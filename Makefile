# SPDX-License-Identifier: Apache-2.0
#
# One makefile for the whole tree; each folder's module.mk declares what stands there.
#   make            everything          make help    the targets
#   V=1             show commands       O=DIR        put what is made elsewhere (default build)
#   SAN=address,undefined               a variant of its own, in build/san-…
#   CC=clang        another compiler    WERROR=1     warnings are errors
#   ARCH=arm64      for machines of another architecture (x86_64, arm64), in build/arm64

SHELL := /bin/bash
.SHELLFLAGS := -ec
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

O ?= build
SAN ?=
comma := ,

arch-name = $(patsubst aarch64,arm64,$(patsubst amd64,x86_64,$(1)))
HOST_ARCH := $(call arch-name,$(shell uname -m))
ARCH ?= $(HOST_ARCH)
override ARCH := $(call arch-name,$(ARCH))
ifeq ($(filter x86_64 arm64,$(ARCH)),)
$(error ARCH is '$(ARCH)': expected x86_64 (amd64) or arm64 (aarch64))
endif
OTHER_ARCH := $(filter-out $(HOST_ARCH),x86_64 arm64)
IS_CROSS := $(filter-out $(HOST_ARCH),$(ARCH))
tools-x86_64 := x86_64-linux-gnu-
tools-arm64 := aarch64-linux-gnu-
TOOLS := $(if $(IS_CROSS),$(tools-$(ARCH)))

VARIANT := $(if $(IS_CROSS),$(ARCH)/)$(if $(SAN),san-$(subst $(comma),-,$(SAN))/)
B := $(O)/$(VARIANT:/=)
B := $(patsubst %/,%,$(B))

VERSION ?= $(shell cat VERSION)
PREFIX ?= /usr/local
DESTDIR ?=

ifeq ($(origin CC),default)
CC := $(TOOLS)gcc
endif
AR := $(TOOLS)ar
# Makes what runs during the build.
HOSTCC ?= $(if $(IS_CROSS),gcc,$(CC))
CMD_CLANG ?= clang
PKG_CONFIG ?= $(if $(IS_CROSS),env PKG_CONFIG_LIBDIR=/usr/lib/$(TOOLS:-=)/pkgconfig:/usr/share/pkgconfig )pkg-config

ifneq ($(IS_CROSS),)
needs-host := check unit-tests host-test vm-test test bench fuzz lint demo bpf headers-matrix clang-matrix
refused := $(filter $(needs-host),$(MAKECMDGOALS))
ifneq ($(refused),)
$(error '$(refused)' runs what is built, and programs of $(ARCH) do not run on this $(HOST_ARCH) machine: \
	leave out ARCH=$(ARCH); 'make vm-test' boots machines of $(ARCH), too)
endif
# clang makes programs of this machine unless told.
CC_MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null)))
ifeq ($(filter clean mostlyclean help deps deps-cross,$(MAKECMDGOALS)),)
ifneq ($(call arch-name,$(CC_MACHINE)),$(ARCH))
$(error '$(CC)' $(if $(CC_MACHINE),makes programs of $(CC_MACHINE),is not here): ARCH=$(ARCH) wants $(tools-$(ARCH))gcc \
	('make deps-cross') or a compiler given by hand, such as CC='clang --target=$(tools-$(ARCH):-=)')
endif
endif
endif

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wundef -Wformat=2 -Wno-format-nonliteral -Wunused
ifneq ($(WERROR),)
WARNINGS += -Werror
endif
HARDENING := -fstack-protector-strong -fPIE -fvisibility=hidden
ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
ifeq ($(SAN),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
endif
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Names in the binaries are relative: the same tree gives the same bytes wherever it lies.
PREFIX_MAP := -ffile-prefix-map=$(CURDIR)=.
ALL_CPPFLAGS := -D_GNU_SOURCE -I. -Ilibtracee/include -I$(B)/gen $(CPPFLAGS)
ALL_CFLAGS := -std=gnu11 $(WARNINGS) $(HARDENING) $(PREFIX_MAP) $(SANFLAGS) $(CFLAGS)
# Of static programs, with which sanitizers do not go.
STATIC_FLAGS = $(ALL_CPPFLAGS) $(filter-out $(SANFLAGS) -fPIE,$(ALL_CFLAGS))
ALL_LDFLAGS := $(SANFLAGS) -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

ifeq ($(V),)
Q := @
say = @printf '  %-7s %s\n' '$(1)' '$(2:$(B)/%=%)'
else
Q :=
say = @:
endif

# Object files of sources.
objects = $(patsubst %,$(B)/obj/%.o,$(basename $(1)))

# What the modules declare.
ALL :=             # files that `make` makes
PROGRAMS :=        # names; each has <name>-srcs, <name>-ldlibs and maybe <name>-ldflags
ARCHIVES :=        # names of static archives; each has <name>-srcs
UNIT_TESTS :=      # cmocka programs below tests/unit, without .c
CHECK_TESTS :=     # scripts and programs that need neither root nor network
HOST_TESTS :=      # those that load BPF on this machine
PACKAGE_TESTS :=   # those that work on packages of Debian (downloads)
VM_TESTS :=        # those that boot virtual machines (downloads)
FUZZ_TARGETS :=    # names below tests/fuzz, without .c
GENERATED :=       # headers that must exist before anything is compiled
INSTALL :=         # lines: mode:file:directory below PREFIX
C_SRCS :=          # further sources that lint looks at

.PHONY: all
all:

MODULES := libtracee bpf builder runtime simulate images tests docs ci
include $(wildcard $(MODULES:%=%/module.mk) tests/*/module.mk)

# ---- rules ------------------------------------------------------------------------------------

$(B)/obj/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/obj/%.o: %.S | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/pic/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(filter-out -fPIE,$(ALL_CFLAGS)) -fPIC -MMD -MP -c $< -o $@

define archive-rule
$(B)/$(1).a: $$(call objects,$$($(1)-srcs))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $$(AR) rcsD $$@ $$^
ALL += $(B)/$(1).a
endef
$(foreach a,$(ARCHIVES),$(eval $(call archive-rule,$(a))))

define program-rule
$(B)/$(1): $$(call objects,$$($(1)-srcs)) $$(patsubst %,$(B)/%.a,$$($(1)-archives))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(or $$($(1)-ldflags),-pie) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) \
		-Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$($(1)-ldlibs)
ALL += $(B)/$(1)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program-rule,$(p))))

define unit-test-rule
$(B)/$(1): $$(B)/obj/$(1).o $(ARCHIVES:%=$(B)/%.a)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) -pie $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) \
		-Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(TEST_LDLIBS) -lcmocka
endef
$(foreach t,$(UNIT_TESTS),$(eval $(call unit-test-rule,$(t))))
$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzz-rule,$(t))))

all: $(ALL)

-include $(shell find $(B)/obj $(B)/pic -name '*.d' 2>/dev/null)

# ---- targets ----------------------------------------------------------------------------------

##@ Build
## all: everything (the default)
## bpf: the object for KERN_RELEASE (default: the running kernel) into OUT_DIR (default: dist); DOCKER=1 in a container
KERN_RELEASE ?= $(shell uname -r)
OUT_DIR ?= dist
ifneq ($(DOCKER),)
.PHONY: bpf
bpf: $(if $(findstring command,$(origin DOCKER_BUILDER)),,image-builder)
	$(Q)images/bpf.sh '$(CMD_DOCKER)' '$(DOCKER_BUILDER)' '$(OUT_DIR)' '$(VERSION)' '$(KERN_RELEASE)' \
		$(subst :, ,$(KERN_HEADERS)) $(if $(KERN_HEADERS),,$(KERN_BLD_PATH) $(KERN_SRC_PATH))
else
.PHONY: bpf
bpf: $(B)/tracee-builder
	$(Q)KERN_HEADERS='$(KERN_HEADERS)' $(B)/tracee-builder build --kernel '$(KERN_RELEASE)' --output-dir '$(OUT_DIR)' \
		--tracee-version '$(VERSION)' $(if $(filter command% environment%,$(origin CMD_CLANG)),--clang '$(CMD_CLANG)') \
		$(if $(KERN_HEADERS),,$(if $(KERN_BLD_PATH),--headers '$(KERN_BLD_PATH)') $(if $(KERN_SRC_PATH),--headers '$(KERN_SRC_PATH)'))
endif

## demo: build, make the object, trace, and show a detection on this machine
.PHONY: demo
demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)docs/demo.sh '$(B)' '$(OUT_DIR)'

## deps: install the packages named in ci/packages
.PHONY: deps
deps:
	$(Q)ci/deps.sh $(if $(CI),-y) build test

## deps-cross: those, and what builds for the other architecture; of Debian
# 75: this machine's repositories have none. The tests skip those machines, then.
.PHONY: deps-cross
deps-cross: deps
	$(Q)ci/deps.sh $(if $(CI),-y) cross-$(OTHER_ARCH) || [ $$? -eq 75 ]

## install: programs, library, man pages below DESTDIR and PREFIX
.PHONY: install
install: all
	$(Q)for line in $(INSTALL); do IFS=: read -r mode file dir <<< "$$line"; \
		install -D -m "$$mode" "$$file" '$(DESTDIR)$(PREFIX)'/"$$dir/$${file##*/}"; done
	$(Q)ln -sf libtracee.so.0 '$(DESTDIR)$(PREFIX)'/lib/libtracee.so

## clean: remove what was made (build and dist)
.PHONY: clean mostlyclean
clean:
	rm -rf '$(O)' dist
mostlyclean: clean

##@ Test
## check: unit and command line tests; no root, no network
## host-test: tests that load BPF on this machine
## vm-test: the matrix of kernels, in virtual machines (downloads; KERNELS=PATTERN, CLANGS=LIST)
## test: install what is missing, then all of these
TEST_LOGS := $(B)/test-logs
run-tests = BUILD='$(B)' CC='$(CC)' tests/run.sh '$(TEST_LOGS)'
UNIT_TEST_PROGRAMS = $(UNIT_TESTS:%=$(B)/%)
.PHONY: check host-test vm-test test unit-tests vm-programs
unit-tests: $(UNIT_TEST_PROGRAMS)
check: all unit-tests
	$(Q)$(run-tests) $(UNIT_TEST_PROGRAMS) $(CHECK_TESTS) --
host-test: all
	$(Q)$(run-tests) $(HOST_TESTS)
vm-test: deps-cross
	$(Q)$(MAKE) --no-print-directory all vm-programs other-arch
	$(Q)status=0; TEST_TIMEOUT=9000 KERNELS='$(KERNELS)' CLANGS='$(CLANGS)' $(run-tests) $(VM_TESTS) || status=$$?; \
		BUILD='$(B)' tests/vm/table.sh; exit $$status
test: deps
	$(Q)$(MAKE) --no-print-directory all unit-tests vm-programs
	$(Q)VM_SET=quick TEST_TIMEOUT=1800 $(run-tests) $(UNIT_TEST_PROGRAMS) $(CHECK_TESTS) -- $(HOST_TESTS) $(PACKAGE_TESTS) $(VM_TESTS)

.PHONY: help
help:
	@awk '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
	      /^## [a-z-]+:/ { sub(/^## /, ""); i = index($$0, ":"); printf "  make %-14s %s\n", substr($$0, 1, i - 1), substr($$0, i + 2) }' \
		$(MAKEFILE_LIST)
