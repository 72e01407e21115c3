// SPDX-License-Identifier: Apache-2.0
/*
 * NixOS: the module directory of the booted system has no `build`; the tree is in the output `dev` of
 * the kernel's derivation, somewhere in the store.
 */
#include <stdio.h>

#include "builder/headers/sources/source.h"

static int look_at(void *context, const char *path)
{
	char build[PATH_MAX], source[PATH_MAX];

	search_path(build, "/%s/build", path);
	search_path(source, "/%s/source", path);
	return search_tree(context, (const char *const[]){ build, source, NULL });
}

static int look(struct header_search *search)
{
	char pattern[PATH_MAX], booted[PATH_MAX];
	int r = 0;

	search_path(booted, "run/booted-system/kernel-modules/lib/modules/%s", search->wanted.kernel.release);
	if (header_root_has(search->root, booted))
		r = look_at(search, booted);
	search_path(pattern, "nix/store/*-dev/lib/modules/%s", search->wanted.kernel.release);
	return r ? r : header_root_glob(search->root, pattern, look_at, search);
}

const struct header_source source_nixos = {
	.name = "nixos",
	.who = "NixOS",
	.look = look,
};
