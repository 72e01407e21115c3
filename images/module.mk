# SPDX-License-Identifier: Apache-2.0
#
# The front door of both images, which is process 1 there: static, for an image without libraries.
PROGRAMS += tracee
tracee-srcs := $(addprefix images/front/, health.c install.c main.c make.c program.c progress.c say.c signals.c supervise.c)
tracee-archives := libtracee
tracee-ldlibs := -lmd
tracee-ldflags := $(if $(SAN),-pie,-static-pie)
INSTALL += 755:$(B)/tracee:bin

$(B)/obj/images/front/main.o $(B)/obj/images/front/make.o: ALL_CPPFLAGS += -DTRACEE_VERSION='"$(VERSION)"'
$(B)/obj/images/front/main.o $(B)/obj/images/front/make.o: $(B)/gen/runtime.version

# ---- images -----------------------------------------------------------------------------------

##@ Images
## images: all of them; CMD_DOCKER=docker|podman, OUT_DOCKER=NAME (default tracee), BASE_IMAGE=…
## image-builder: what makes objects, for `make bpf DOCKER=1`
## image-full: makes the object for the running kernel when it starts
## image-slim: our static programs only, for objects that were made before
## image-objects: the objects in OUT_DIR, for a container that copies them into a volume
CMD_DOCKER ?= docker
OUT_DOCKER ?= tracee
BASE_IMAGE ?= debian:trixie-slim
DOCKER_BUILDER ?= $(OUT_DOCKER)-builder
DOCKER_BUILD_FLAGS ?=
MADE_IMAGE := $(OUT_DOCKER)-made:$(VERSION)
REVISION = $(shell git rev-parse --verify -q HEAD 2>/dev/null || echo unknown)
# Podman's own format has no health checks.
image-build = $(CMD_DOCKER) build $(if $(findstring podman,$(CMD_DOCKER)),--format docker) -q $(DOCKER_BUILD_FLAGS) \
	--build-arg BASE_IMAGE='$(BASE_IMAGE)' --build-arg MADE_IMAGE='$(MADE_IMAGE)' --build-arg VERSION='$(VERSION)' \
	--build-arg REVISION='$(REVISION)'

.PHONY: images image-made image-builder image-full image-slim image-objects
images: image-builder image-full image-slim
image-made:
	$(call say,IMAGE,$(MADE_IMAGE))
	$(Q)$(image-build) --target made -t '$(MADE_IMAGE)' -f images/Dockerfile.builder .
image-builder: image-made
	$(call say,IMAGE,$(DOCKER_BUILDER))
	$(Q)$(image-build) -t '$(DOCKER_BUILDER)' -t '$(DOCKER_BUILDER):$(VERSION)' -f images/Dockerfile.builder .
image-full: image-made
	$(call say,IMAGE,$(OUT_DOCKER):latest)
	$(Q)$(image-build) -t '$(OUT_DOCKER):latest' -t '$(OUT_DOCKER):$(VERSION)' -f images/Dockerfile.full .
image-slim: image-made
	$(call say,IMAGE,$(OUT_DOCKER):slim)
	$(Q)$(image-build) -t '$(OUT_DOCKER):slim' -t '$(OUT_DOCKER):slim-$(VERSION)' -f images/Dockerfile.slim .
image-objects: image-made
	$(call say,IMAGE,$(OUT_DOCKER)-objects)
	$(Q)ls '$(OUT_DIR)'/tracee.bpf.*.o > /dev/null || { echo "there is no object in '$(OUT_DIR)': make bpf makes one" >&2; exit 1; }
	$(Q)$(image-build) -t '$(OUT_DOCKER)-objects' -t '$(OUT_DOCKER)-objects:$(VERSION)' -f images/Dockerfile.objects '$(OUT_DIR)'

INSTALL += 644:images/systemd/tracee.service:share/tracee/systemd 644:images/seccomp.json:share/tracee
INSTALL += $(patsubst %,644:%:share/tracee/kubernetes,$(wildcard images/kubernetes/*.yaml))

# The same tree gives the same archive: names, owners and times are set. That of an image is as its engine writes it.
## release: an archive of what `make install` installs, both images, and checksums, into OUT_DIR/release
RELEASE := tracee-$(VERSION)-$(ARCH)
RELEASE_DIR = $(OUT_DIR)/release
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
.PHONY: release release-archive
release-archive: all
	$(Q)rm -rf '$(B)/release' && mkdir -p '$(RELEASE_DIR)'
	$(Q)$(MAKE) --no-print-directory install DESTDIR='$(B)/release/$(RELEASE)' PREFIX=
	$(Q)cp LICENSE README.md '$(B)/release/$(RELEASE)' && cp -r LICENSES '$(B)/release/$(RELEASE)'
	$(call say,TAR,$(RELEASE).tar.gz)
	$(Q)set -o pipefail; tar -C '$(B)/release' --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(SOURCE_DATE_EPOCH) -c $(RELEASE) | \
		gzip -9n > '$(RELEASE_DIR)/$(RELEASE).tar.gz'
release: release-archive images
	$(call say,SAVE,images)
	$(Q)set -o pipefail; $(CMD_DOCKER) save '$(OUT_DOCKER):latest' | gzip -n > '$(RELEASE_DIR)/tracee-$(VERSION)-image-full.tar.gz'
	$(Q)set -o pipefail; $(CMD_DOCKER) save '$(OUT_DOCKER):slim' | gzip -n > '$(RELEASE_DIR)/tracee-$(VERSION)-image-slim.tar.gz'
	$(Q)cd '$(RELEASE_DIR)' && sha256sum *.tar.gz > checksums.txt
