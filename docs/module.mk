# SPDX-License-Identifier: Apache-2.0
INSTALL += 644:docs/man/tracee.1:share/man/man1 644:docs/man/tracee-builder.1:share/man/man1 644:docs/man/tracee-simulate.1:share/man/man1 $(if $(wildcard docs/man/tracee-runtime.8),644:docs/man/tracee-runtime.8:share/man/man8)
INSTALL += $(patsubst %,644:%:share/doc/tracee/schema,$(wildcard docs/schema/*.schema.json))
INSTALL += $(patsubst %,644:%:share/doc/tracee/detections,$(wildcard docs/detections/TRC-*.md))
