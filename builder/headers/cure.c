// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/cure.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/cleanup.h"

#define OS_RELEASE_MAX_BYTES 65536

/* ---- mounts -------------------------------------------------------------------------------------- */

/*
 * Both halves of a tree lie side by side, so what is mounted is the directory that holds them. Where a
 * kernel's module directory itself is missing, that is /lib/modules; a store of NixOS is one mount.
 */
void cure_mount(const struct header_root *root, const char *missing, struct text *text)
{
	static const char *const known[] = { "/usr/src", "/usr/lib/modules", "/lib/modules", "/nix/store" };
	const char *slash = strrchr(missing, '/');
	char directory[PATH_MAX];

	snprintf(directory, sizeof(directory), "%.*s", slash && slash != missing ? (int)(slash - missing) : PATH_MAX - 1,
		 missing);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t length = strlen(known[i]);

		if (strncmp(missing, known[i], length) == 0 && (missing[length] == '/' || missing[length] == '\0'))
			snprintf(directory, sizeof(directory), "%s", known[i]);
	}
	text_format(text, "-v %s:%s%s:ro", directory, root->label, directory);
}

bool cure_can_mount(const char *missing)
{
	return strspn(missing, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+@-") == strlen(missing);
}

/* ---- packages ------------------------------------------------------------------------------------ */

/* What comes from the release: its flavour is the last part behind a dash, "lts" of "6.6.100-0-lts". */
static const char *flavour_of(const char *release)
{
	const char *dash = strrchr(release, '-');

	return dash ? dash + 1 : release;
}

static void apt(const char *release, struct text *text)
{
	text_format(text, "apt-get install linux-headers-%s", release);
}

static void dnf(const char *release, struct text *text)
{
	const char *variant = strstr(release, "uek") ? "-uek" : strstr(release, "rt") && strstr(release, ".el") ? "-rt" : "";
	size_t length = strcspn(release, "+"); /* debugging kernels are called R+debug */

	text_format(text, "dnf install kernel%s-devel-%.*s", variant, (int)length, release);
}

static void zypper(const char *release, struct text *text)
{
	const char *flavour = flavour_of(release);

	text_format(text, "zypper install kernel-%s-devel=%.*s", flavour, (int)(flavour - release) - 1, release);
}

static void apk(const char *release, struct text *text)
{
	text_format(text, "apk add linux-%s-dev (of version %.*s)", flavour_of(release), (int)strcspn(release, "-"), release);
}

static void pacman(const char *release, struct text *text)
{
	static const char *const kinds[] = { "lts", "zen", "hardened", "rt" };
	const char *kind = "";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strstr(release, kinds[i]))
			kind = kinds[i];
	}
	text_format(text, "pacman -S linux%s%s-headers", *kind ? "-" : "", kind);
}

static void xbps(const char *release, struct text *text)
{
	const char *patch = strchr(release, '.');

	patch = patch ? strchr(patch + 1, '.') : NULL;
	text_format(text, "xbps-install linux%.*s-headers", patch ? (int)(patch - release) : 16, release);
}

static void nixos(const char *release, struct text *text)
{
	(void)release;
	text_add(text, "nix-build '<nixpkgs>' -A linuxPackages.kernel.dev, and name what it prints with --headers");
}

static void emerge(const char *release, struct text *text)
{
	text_format(text, "make modules_prepare in the sources of '%s', and name them with --headers", release);
}

static void any(const char *release, struct text *text)
{
	text_format(text, "install the package of its headers (linux-headers-%s, kernel-devel-%s)", release, release);
}

/* By the words of ID and ID_LIKE. */
static const struct {
	const char *id; /* fnmatch(3) */
	void (*say)(const char *release, struct text *text);
} distributions[] = {
	{ "debian", apt },   { "ubuntu", apt },	  { "alpine", apk },   { "arch", pacman }, { "fedora", dnf },
	{ "rhel", dnf },     { "centos", dnf },	  { "amzn", dnf },     { "ol", dnf },	   { "opensuse*", zypper },
	{ "suse", zypper },  { "sles", zypper },  { "void", xbps },    { "nixos", nixos }, { "gentoo", emerge },
	{ "openEuler", dnf }, { "azurelinux", dnf }, { "mariner", dnf },
};

/* Whether a word of the value, a shell's with or without quotes, names the distribution. */
static bool names(const char *value, const char *id)
{
	char word[64];

	while (*value && *value != '\n') {
		size_t length = strcspn(value, " \"'\n");

		snprintf(word, sizeof(word), "%.*s", length < sizeof(word) ? (int)length : 0, value);
		if (length && fnmatch(id, word, 0) == 0)
			return true;
		value += length;
		value += strspn(value, " \"'");
	}
	return false;
}

/* The value of a line KEY=…; NULL if there is none. */
static const char *value_of(const char *text, const char *key)
{
	size_t length = strlen(key);

	while (text && (strncmp(text, key, length) != 0 || text[length] != '=')) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text ? text + length + 1 : NULL;
}

void cure_package(const struct header_root *root, const char *release, struct text *text)
{
	static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };
	static const char *const keys[] = { "ID", "ID_LIKE" };
	CLEANUP(free_at) char *bytes = NULL;
	size_t size_bytes;

	for (size_t i = 0; i < 2 && !bytes; i++)
		header_root_read(root, files[i], OS_RELEASE_MAX_BYTES, (uint8_t **)&bytes, &size_bytes);
	for (size_t key = 0; key < 2 && bytes; key++) {
		const char *value = value_of(bytes, keys[key]);

		for (size_t i = 0; value && i < sizeof(distributions) / sizeof(distributions[0]); i++) {
			if (names(value, distributions[i].id)) {
				distributions[i].say(release, text);
				return;
			}
		}
	}
	any(release, text);
}
