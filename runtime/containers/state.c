// SPDX-License-Identifier: Apache-2.0
#include "runtime/containers/state.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

static void json_decref_at(json_t **json)
{
	json_decref(*json);
}

static json_t *parse(const void *bytes, size_t size_bytes)
{
	return json_loadb(bytes, size_bytes, JSON_ALLOW_NUL, NULL);
}

/* Up to the first NUL; a character that does not fit whole is left out. */
static void copy(char *to, size_t size, const json_t *string)
{
	const char *from = json_string_value(string);
	size_t length = from ? strlen(from) : 0;

	if (length >= size) {
		length = size - 1;
		while (length && ((unsigned char)from[length] & 0xc0) == 0x80)
			length--;
	}
	if (length)
		memcpy(to, from, length);
	to[length] = '\0';
}

static void copy_name(struct container_label *label, const json_t *name)
{
	copy(label->name, sizeof(label->name), name);
}

static void copy_image(struct container_label *label, const json_t *image)
{
	copy(label->image, sizeof(label->image), image);
}

/* ---- what the files say --------------------------------------------------------------------- */

int container_state_docker(const void *bytes, size_t size_bytes, struct container_label *ret_label)
{
	CLEANUP(json_decref_at) json_t *file = parse(bytes, size_bytes);
	const json_t *name = json_object_get(file, "Name");
	const char *text = json_string_value(name);

	*ret_label = (struct container_label){};
	if (!text)
		return 0;
	copy_name(ret_label, name);
	if (text[0] == '/')
		memmove(ret_label->name, ret_label->name + 1, strlen(ret_label->name));
	copy_image(ret_label, json_object_get(json_object_get(file, "Config"), "Image"));
	return 1;
}

static const json_t *storage_entry(json_t *file, const char *id)
{
	json_t *entry;
	size_t i;

	json_array_foreach(file, i, entry) {
		const char *found = json_string_value(json_object_get(entry, "id"));

		if (found && strcmp(found, id) == 0)
			return entry;
	}
	return NULL;
}

int container_state_storage(const void *bytes, size_t size_bytes, const char *id, struct container_label *ret_label)
{
	CLEANUP(json_decref_at) json_t *file = parse(bytes, size_bytes), *metadata = NULL;
	const json_t *entry = storage_entry(file, id);
	const char *text = json_string_value(json_object_get(entry, "metadata"));

	*ret_label = (struct container_label){};
	if (!entry)
		return 0;
	copy_name(ret_label, json_array_get(json_object_get(entry, "names"), 0));
	metadata = text ? parse(text, strlen(text)) : NULL;
	copy_image(ret_label, json_object_get(metadata, "image-name"));
	return 1;
}

int container_state_oci(const void *bytes, size_t size_bytes, struct container_label *ret_label)
{
	CLEANUP(json_decref_at) json_t *file = parse(bytes, size_bytes);
	const json_t *annotations = json_object_get(file, "annotations");
	const json_t *name = json_object_get(annotations, "io.kubernetes.cri.container-name");

	*ret_label = (struct container_label){};
	copy_name(ret_label, name ? name : json_object_get(annotations, "io.kubernetes.cri.sandbox-name"));
	copy_image(ret_label, json_object_get(annotations, "io.kubernetes.cri.image-name"));
	return ret_label->name[0] || ret_label->image[0];
}

/* ---- where they are ------------------------------------------------------------------------- */

/* The file at @root and what the format makes of the rest; NULL if there is none. */
static uint8_t *read_state(const char *root, size_t *ret_size_bytes, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static uint8_t *read_state(const char *root, size_t *ret_size_bytes, const char *format, ...)
{
	char path[PATH_MAX];
	uint8_t *bytes = NULL;
	va_list args;
	int n, m;

	n = snprintf(path, sizeof(path), "%s/", root);
	if (n < 0 || n >= (int)sizeof(path))
		return NULL;
	va_start(args, format);
	m = vsnprintf(path + n, sizeof(path) - (size_t)n, format, args);
	va_end(args);
	if (m < 0 || n + m >= (int)sizeof(path))
		return NULL;
	return file_read_at(AT_FDCWD, path, CONTAINER_STATE_MAX, &bytes, ret_size_bytes) < 0 ? NULL : bytes;
}

static int find_docker(const char *root, const char *id, struct container_label *ret_label)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes = read_state(root, &size, "var/lib/docker/containers/%s/config.v2.json", id);

	return bytes ? container_state_docker(bytes, size, ret_label) : 0;
}

/* Each storage driver has a directory of its own. */
static int find_storage(const char *root, const char *id, struct container_label *ret_label)
{
	static const char *const drivers[] = { "overlay", "vfs", "btrfs", "zfs", "fuse-overlayfs" };
	static const char *const places[][2] = {
		{ "var/lib/containers/storage", "containers.json" },
		{ "run/containers/storage", "volatile-containers.json" },
	};
	const size_t n_drivers = sizeof(drivers) / sizeof(drivers[0]);

	for (size_t i = 0; i < 2 * n_drivers; i++) {
		size_t size;
		CLEANUP(free_at) uint8_t *bytes = read_state(root, &size, "%s/%s-containers/%s", places[i / n_drivers][0],
							     drivers[i % n_drivers], places[i / n_drivers][1]);

		if (bytes && container_state_storage(bytes, size, id, ret_label))
			return 1;
	}
	return 0;
}

/* Kubernetes has all of its containers in one namespace. */
static int find_containerd(const char *root, const char *id, struct container_label *ret_label)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes =
		read_state(root, &size, "run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json", id);

	return bytes ? container_state_oci(bytes, size, ret_label) : 0;
}

int container_state_find(const char *root, const char *id, struct container_label *ret_label)
{
	*ret_label = (struct container_label){};
	return find_docker(root, id, ret_label) || find_storage(root, id, ret_label) || find_containerd(root, id, ret_label);
}
