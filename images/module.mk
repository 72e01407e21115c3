# SPDX-License-Identifier: Apache-2.0
#
# The front door of both images, which is process 1 there: static, for an image without libraries.
PROGRAMS += tracee
tracee-srcs := $(addprefix images/front/, health.c main.c make.c program.c progress.c say.c signals.c supervise.c)
tracee-archives := libtracee
tracee-ldlibs := -lmd
tracee-ldflags := $(if $(SAN),-pie,-static-pie)
INSTALL += 755:$(B)/tracee:bin

$(B)/obj/images/front/main.o $(B)/obj/images/front/make.o: ALL_CPPFLAGS += -DTRACEE_VERSION='"$(VERSION)"'
$(B)/obj/images/front/main.o $(B)/obj/images/front/make.o: VERSION
