/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_CONTAINERS_STATE_H
#define RUNTIME_CONTAINERS_STATE_H

/*
 * What container engines write down about a container, in files below the root directory of their host:
 *
 *   Docker             /var/lib/docker/containers/ID/config.v2.json: Name, Config.Image
 *   podman, CRI-O      /var/lib/containers/storage/DRIVER-containers/containers.json, and volatile-containers.json
 *                      below /run/containers/storage: names, and image-name in metadata, which is JSON in a string
 *   containerd         /run/containerd/io.containerd.runtime.v2.task/k8s.io/ID/config.json (OCI's runtime configuration):
 *                      the annotations io.kubernetes.cri.container-name and .image-name that its CRI plugin makes; of a
 *                      pod's own container .sandbox-name
 *
 * Names are chosen by whoever makes a container: they are outside bytes, as the files are.
 */
#include <stddef.h>

#define CONTAINER_STATE_MAX (16u << 20) /* bytes of a file; one has all containers of a host */

/* Text in UTF-8 with its NUL, cut if it is longer; "" for what is not known. */
struct container_label {
	char name[256];
	char image[512];
};

/*
 * Looks for container @id, 64 hexadecimal digits, below @root ("/" on the host), in the order of the list above.
 * 1 if it is there, 0 if it is not; what cannot be read is not there.
 */
int container_state_find(const char *root, const char *id, struct container_label *ret_label);

/*
 * What one file says. 1, or 0 if it says nothing of such a container, or is no JSON. Not for more than
 * CONTAINER_STATE_MAX bytes.
 */
int container_state_docker(const void *bytes, size_t size_bytes, struct container_label *ret_label);
int container_state_storage(const void *bytes, size_t size_bytes, const char *id, struct container_label *ret_label);
int container_state_oci(const void *bytes, size_t size_bytes, struct container_label *ret_label);

#endif
