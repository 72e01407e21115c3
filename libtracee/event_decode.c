// SPDX-License-Identifier: Apache-2.0
/* Records of bpf/wire/event.h → struct tracee_event. Every size is checked; nothing is allocated. */
#include <errno.h>
#include <string.h>
#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "libtracee/base/error.h"

_Static_assert(TRACEE_N_ARGS_MAX == TRACEE_WIRE_N_ARGS, "the decoder and the wire disagree");

#define CONTAINER_ID_LENGTH 64

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The name may stand between "docker-", "cri-containerd-", "libpod-", "crio-" … and ".scope". */
static bool is_boundary(const uint8_t *name, size_t size_bytes, size_t at)
{
	size_t end = at + CONTAINER_ID_LENGTH;

	if (at && name[at - 1] != '-')
		return false;
	return end == size_bytes || (size_bytes - end == 6 && memcmp(name + end, ".scope", 6) == 0);
}

bool tracee_container_id(const char *cgroup_name, size_t size_bytes, char ret_id[65])
{
	const uint8_t *name = (const uint8_t *)cgroup_name;
	size_t run = 0;

	for (size_t i = 0; i < size_bytes; i++) {
		run = is_hex(name[i]) ? run + 1 : 0;
		if (run != CONTAINER_ID_LENGTH || !is_boundary(name, size_bytes, i + 1 - CONTAINER_ID_LENGTH))
			continue;
		memcpy(ret_id, name + i + 1 - CONTAINER_ID_LENGTH, CONTAINER_ID_LENGTH);
		ret_id[CONTAINER_ID_LENGTH] = '\0';
		return true;
	}
	return false;
}

/* Text of at most @size bytes that may lack its NUL; @to has one byte more. */
static void copy_text(char *to, const char *from, size_t size)
{
	memcpy(to, from, size);
	to[size] = '\0';
	memset(to + strlen(to), 0, size - strlen(to));
}

static uint64_t scalar(enum tracee_arg_kind kind, uint64_t raw)
{
	switch (kind) {
	case TRACEE_ARG_INT:
		return (uint64_t)(int64_t)(int32_t)raw;
	case TRACEE_ARG_UINT:
		return (uint32_t)raw;
	default:
		return raw;
	}
}

static enum tracee_wire_blob_kind blob_kind_of(enum tracee_arg_kind kind)
{
	switch (kind) {
	case TRACEE_ARG_STRING:
		return TRACEE_WIRE_BLOB_STRING;
	case TRACEE_ARG_STRINGS:
		return TRACEE_WIRE_BLOB_STRINGS;
	case TRACEE_ARG_SOCKADDR:
		return TRACEE_WIRE_BLOB_SOCKADDR;
	case TRACEE_ARG_OPEN_HOW:
		return TRACEE_WIRE_BLOB_OPEN_HOW;
	default:
		return TRACEE_WIRE_BLOB_NONE;
	}
}

static int take_blob(const struct tracee_wire_blob *blob, const uint8_t *bytes, struct tracee_event *event,
		     struct tracee_error *err)
{
	struct tracee_value *value;

	if (blob->arg == TRACEE_WIRE_BLOB_CGROUP) {
		tracee_container_id((const char *)bytes, blob->size, event->container_id);
		return 0;
	}
	if (blob->arg >= event->def->n_args)
		return error_set(err, -EBADMSG, "event '%s' has no argument %u", event->def->name, blob->arg);
	value = &event->args[blob->arg];
	if (blob->kind != blob_kind_of(event->def->args[blob->arg].kind) || value->bytes)
		return error_set(err, -EBADMSG, "argument '%s' of event '%s' came as kind %u, or twice",
				 event->def->args[blob->arg].name, event->def->name, blob->kind);
	value->is_cut = blob->flags & TRACEE_WIRE_BLOB_CUT;
	value->is_unreadable = blob->flags & TRACEE_WIRE_BLOB_UNREADABLE;
	value->size_bytes = blob->size;
	value->bytes = bytes;
	return 0;
}

/* @bytes: what follows the fixed part. */
static int take_blobs(const uint8_t *bytes, size_t left, unsigned int n_blobs, struct tracee_event *event, struct tracee_error *err)
{
	struct tracee_wire_blob blob;
	int r;

	for (unsigned int i = 0; i < n_blobs; i++) {
		if (left < sizeof(blob))
			return error_set(err, -EBADMSG, "record ends in the head of blob %u", i);
		memcpy(&blob, bytes, sizeof(blob));
		bytes += sizeof(blob);
		left -= sizeof(blob);
		if (blob.size > left)
			return error_set(err, -EBADMSG, "blob %u has %u bytes, the record only %zu more", i, blob.size, left);
		r = take_blob(&blob, bytes, event, err);
		if (r < 0)
			return r;
		bytes += blob.size;
		left -= blob.size;
	}
	return left ? error_set(err, -EBADMSG, "%zu bytes are left behind the last blob", left) : 0;
}

static void take_header(const struct tracee_wire_event *wire, struct tracee_event *event)
{
	event->time_ns = wire->time_ns;
	event->start_time_ns = wire->start_time_ns;
	event->cgroup_id = wire->cgroup_id;
	event->ret = wire->ret;
	event->host_pid = wire->host_pid;
	event->host_tid = wire->host_tid;
	event->host_ppid = wire->host_ppid;
	event->pid = wire->pid;
	event->tid = wire->tid;
	event->ppid = wire->ppid;
	event->uid = wire->uid;
	event->mnt_ns = wire->mnt_ns;
	event->pid_ns = wire->pid_ns;
	event->is_compat = wire->flags & TRACEE_WIRE_COMPAT;
	copy_text(event->comm, wire->comm, sizeof(wire->comm));
	copy_text(event->host_name, wire->host_name, sizeof(wire->host_name));
	for (unsigned int i = 0; i < event->def->n_args; i++)
		event->args[i].number = scalar(event->def->args[i].kind, wire->args[i]);
}

int tracee_event_decode(const void *record, size_t size_bytes, enum tracee_arch arch, struct tracee_event *ret_event,
			struct tracee_error *err)
{
	struct tracee_wire_event wire;
	struct tracee_event event = {};
	int r;

	if (size_bytes < sizeof(wire))
		return error_set(err, -EBADMSG, "record of %zu bytes, at least %zu are expected", size_bytes, sizeof(wire));
	memcpy(&wire, record, sizeof(wire));
	/* A perf buffer pads its records. */
	if (wire.size < sizeof(wire) || wire.size > size_bytes)
		return error_set(err, -EBADMSG, "record of %zu bytes says that it has %u", size_bytes, wire.size);
	event.def = tracee_event_by_slot(arch, wire.slot);
	if (!event.def)
		return error_set(err, -EBADMSG, "record of an event in slot %u, which is not known", wire.slot);
	take_header(&wire, &event);
	r = take_blobs((const uint8_t *)record + sizeof(wire), wire.size - sizeof(wire), wire.n_blobs, &event, err);
	if (r < 0)
		return r;
	*ret_event = event;
	return 0;
}
