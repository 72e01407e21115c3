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

/* "libpod-conmon-", "crio-conmon-": the process on the host that watches over the container. */
static bool is_monitor(const uint8_t *name, size_t at)
{
	return at >= 7 && memcmp(name + at - 7, "conmon-", 7) == 0;
}

/* The name may stand between "docker-", "cri-containerd-", "libpod-", "crio-" … and ".scope". */
static bool is_boundary(const uint8_t *name, size_t size_bytes, size_t at)
{
	size_t end = at + CONTAINER_ID_LENGTH;

	if ((at && name[at - 1] != '-') || is_monitor(name, at))
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

/* @is_narrow: of a 32-bit process, whose long has 32 bits. */
static uint64_t scalar(enum tracee_arg_kind kind, uint64_t raw, bool is_narrow)
{
	if (is_narrow && kind == TRACEE_ARG_LONG)
		return (uint64_t)(int64_t)(int32_t)raw;
	switch (kind) {
	case TRACEE_ARG_INT:
		return (uint64_t)(int64_t)(int32_t)raw;
	case TRACEE_ARG_UINT:
		return (uint32_t)raw;
	default:
		return raw;
	}
}

static enum tracee_wire_blob_kind blob_kind_of(const struct tracee_arg_def *arg)
{
	if (arg->is_descriptor)
		return TRACEE_WIRE_BLOB_FILE_PATH;
	switch (arg->kind) {
	case TRACEE_ARG_STRING:
		return TRACEE_WIRE_BLOB_STRING;
	case TRACEE_ARG_STRINGS:
		return TRACEE_WIRE_BLOB_STRINGS;
	case TRACEE_ARG_SOCKADDR:
	case TRACEE_ARG_SOCKADDR_RESULT:
		return TRACEE_WIRE_BLOB_SOCKADDR;
	case TRACEE_ARG_BYTES:
		return TRACEE_WIRE_BLOB_BYTES;
	case TRACEE_ARG_STRUCTURE:
		return TRACEE_WIRE_BLOB_STRUCTURE;
	default:
		return TRACEE_WIRE_BLOB_NONE;
	}
}

/* The argument of the event that the program read at @position; n_args if there is none. */
static unsigned int argument_at(const struct tracee_event *event, unsigned int position)
{
	if (!event->compat)
		return position;
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		if (tracee_compat_position(event->compat, i) == position)
			return i;
	}
	return event->def->n_args;
}

static int take_stack(const struct tracee_wire_blob *blob, const uint8_t *bytes, struct tracee_event *event, struct tracee_error *err)
{
	if (blob->kind != TRACEE_WIRE_BLOB_ADDRESSES || blob->size % sizeof(uint64_t) ||
	    blob->size > TRACEE_WIRE_STACK_MAX * sizeof(uint64_t))
		return error_set(err, -EBADMSG, "stack of kind %u with %u bytes", blob->kind, blob->size);
	event->stack = bytes;
	event->n_stack = blob->size / sizeof(uint64_t);
	return 0;
}

static int take_ancestors(const struct tracee_wire_blob *blob, const uint8_t *bytes, struct tracee_event *event,
			  struct tracee_error *err)
{
	size_t n = blob->size / sizeof(struct tracee_wire_ancestor);

	if (blob->kind != TRACEE_WIRE_BLOB_ANCESTORS || blob->size % sizeof(struct tracee_wire_ancestor) ||
	    n > TRACEE_WIRE_ANCESTORS_MAX)
		return error_set(err, -EBADMSG, "ancestors of kind %u with %u bytes", blob->kind, blob->size);
	event->ancestors = bytes;
	event->n_ancestors = (uint32_t)n;
	return 0;
}

void tracee_event_ancestor(const struct tracee_event *event, uint32_t i, struct tracee_ancestor *ret_ancestor)
{
	struct tracee_wire_ancestor wire;

	memcpy(&wire, event->ancestors + i * sizeof(wire), sizeof(wire));
	ret_ancestor->start_time_ns = wire.start_time_ns;
	ret_ancestor->host_pid = wire.host_pid;
	ret_ancestor->uid = wire.uid;
	copy_text(ret_ancestor->comm, wire.comm, sizeof(wire.comm));
}

static int take_executable(const struct tracee_wire_blob *blob, const uint8_t *bytes, struct tracee_event *event,
			   struct tracee_error *err)
{
	struct tracee_wire_executable wire;

	if (blob->kind != TRACEE_WIRE_BLOB_EXECUTABLE || blob->size != sizeof(wire))
		return error_set(err, -EBADMSG, "executable of kind %u with %u bytes", blob->kind, blob->size);
	memcpy(&wire, bytes, sizeof(wire));
	event->has_executable = true;
	event->executable.inode = wire.inode;
	event->executable.dev = wire.dev;
	event->executable.uid = wire.uid;
	event->executable.mode = wire.mode;
	event->executable.links = wire.links;
	return 0;
}

static int take_executable_path(const struct tracee_wire_blob *blob, const uint8_t *bytes, struct tracee_event *event,
				struct tracee_error *err)
{
	if (blob->kind != TRACEE_WIRE_BLOB_STRING)
		return error_set(err, -EBADMSG, "path of the executable of kind %u", blob->kind);
	event->executable.path = bytes;
	event->executable.path_size_bytes = blob->size;
	return 0;
}

static int take_blob(const struct tracee_wire_blob *blob, const uint8_t *bytes, struct tracee_event *event,
		     struct tracee_error *err)
{
	struct tracee_value *value;
	unsigned int arg;

	if (blob->arg == TRACEE_WIRE_BLOB_STACK)
		return take_stack(blob, bytes, event, err);
	if (blob->arg == TRACEE_WIRE_BLOB_PARENTS)
		return take_ancestors(blob, bytes, event, err);
	if (blob->arg == TRACEE_WIRE_BLOB_PROGRAM)
		return take_executable(blob, bytes, event, err);
	if (blob->arg == TRACEE_WIRE_BLOB_PROGRAM_PATH)
		return take_executable_path(blob, bytes, event, err);
	if (blob->arg == TRACEE_WIRE_BLOB_CGROUP) {
		tracee_container_id((const char *)bytes, blob->size, event->container_id);
		return 0;
	}
	arg = argument_at(event, blob->arg);
	if (arg >= event->def->n_args)
		return error_set(err, -EBADMSG, "event '%s' has no argument %u", event->def->name, blob->arg);
	value = &event->args[arg];
	if (blob->kind != blob_kind_of(&event->def->args[arg]) || value->bytes)
		return error_set(err, -EBADMSG, "argument '%s' of event '%s' came as kind %u, or twice",
				 event->def->args[arg].name, event->def->name, blob->kind);
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

static bool is_halved(const struct tracee_compat_call *call, unsigned int arg)
{
	return call->halves[0] == (int)arg || call->halves[1] == (int)arg;
}

/* Argument @i of a 32-bit call. */
static uint64_t compat_scalar(const struct tracee_event *event, const __u64 *raw, unsigned int i)
{
	const struct tracee_compat_call *call = event->compat;
	unsigned int at = tracee_compat_position(call, i);
	uint64_t value;

	if (at + is_halved(call, i) >= TRACEE_WIRE_N_ARGS)
		return 0;
	if (is_halved(call, i))
		return (uint32_t)raw[at] | raw[at + 1] << 32;
	value = scalar(event->def->args[i].kind, raw[at], call->pages != (int)i);
	return call->pages == (int)i ? value << 12 : value;
}

/* clone(2) of arm64 has its last two arguments the other way round (CONFIG_CLONE_BACKWARDS). */
static uint64_t native_scalar(const struct tracee_event *event, const __u64 *raw, unsigned int i, enum tracee_arch arch)
{
	unsigned int at = i;

	if (arch == TRACEE_ARCH_ARM64 && event->def->id == TRACEE_WIRE_CLONE && i >= 3)
		at = 7 - i;
	return scalar(event->def->args[i].kind, raw[at], false);
}

/* The program tells calls by their slots. */
static void name_syscall(struct tracee_value *value, enum tracee_arch arch)
{
	const struct tracee_event_def *def = tracee_event_by_slot(arch, (uint32_t)value->number);
	const struct tracee_compat_call *compat = tracee_compat_by_slot(arch, (uint32_t)value->number);

	value->number = compat ? compat->nr : def ? (uint64_t)def->nr[arch] : UINT64_MAX;
	if (!def || !def->is_syscall)
		return;
	value->bytes = (const uint8_t *)def->name;
	value->size_bytes = (uint32_t)strlen(def->name);
}

/* As the kernel calls them: kernel_read_file_str[] of include/linux/kernel_read_file.h. */
static const char *const contents[] = {
	[TRACEE_WIRE_CONTENT_OTHER] = "unknown",
	[TRACEE_WIRE_CONTENT_FIRMWARE] = "firmware",
	[TRACEE_WIRE_CONTENT_MODULE] = "kernel-module",
	[TRACEE_WIRE_CONTENT_KEXEC_IMAGE] = "kexec-image",
	[TRACEE_WIRE_CONTENT_KEXEC_INITRAMFS] = "kexec-initramfs",
	[TRACEE_WIRE_CONTENT_POLICY] = "security-policy",
	[TRACEE_WIRE_CONTENT_CERTIFICATE] = "x509-certificate",
};

static const char *const ways[] = {
	[TRACEE_WIRE_WAY_OTHER] = "other",
	[TRACEE_WIRE_WAY_EXEC] = "exec",
	[TRACEE_WIRE_WAY_SCRIPT] = "script",
	[TRACEE_WIRE_WAY_OPEN] = "open",
	[TRACEE_WIRE_WAY_RENAME] = "rename",
	[TRACEE_WIRE_WAY_LINK] = "link",
	[TRACEE_WIRE_WAY_SYMLINK] = "symlink",
	[TRACEE_WIRE_WAY_MOUNT] = "mount",
	[TRACEE_WIRE_WAY_MMAP] = "mmap",
	[TRACEE_WIRE_WAY_MPROTECT] = "mprotect",
	[TRACEE_WIRE_WAY_STACK] = "stack",
	[TRACEE_WIRE_WAY_ATTACH] = "attach",
	[TRACEE_WIRE_WAY_POKE] = "poke",
	[TRACEE_WIRE_WAY_REGISTERS] = "registers",
	[TRACEE_WIRE_WAY_VM_WRITE] = "process_vm_writev",
	[TRACEE_WIRE_WAY_MEMORY_FILE] = "memory file",
	[TRACEE_WIRE_WAY_DUP] = "dup",
	[TRACEE_WIRE_WAY_DESCRIPTOR] = "descriptor",
	[TRACEE_WIRE_WAY_CONNECT] = "connect",
	[TRACEE_WIRE_WAY_UNLINK] = "unlink",
	[TRACEE_WIRE_WAY_MREMAP] = "mremap",
	[TRACEE_WIRE_WAY_RELAY] = "relay",
};

static const char *const memories[] = {
	[TRACEE_WIRE_MEMORY_ANONYMOUS] = "anonymous",
	[TRACEE_WIRE_MEMORY_FILE] = "file",
	[TRACEE_WIRE_MEMORY_FILELESS] = "fileless",
};

#define WORDS(of) { of, sizeof(of) / sizeof(of[0]) }

/* Numbers that stand for words; the first is that of any other number. */
static void name_number(struct tracee_value *value, enum tracee_arg_kind kind)
{
	static const struct {
		const char *const *words;
		size_t n;
	} tables[] = {
		[TRACEE_ARG_CONTENT] = WORDS(contents),
		[TRACEE_ARG_WAY] = WORDS(ways),
		[TRACEE_ARG_MEMORY] = WORDS(memories),
	};
	const char *word;

	if (kind >= sizeof(tables) / sizeof(tables[0]) || !tables[kind].words)
		return;
	word = tables[kind].words[value->number < tables[kind].n ? value->number : 0];
	value->bytes = (const uint8_t *)word;
	value->size_bytes = (uint32_t)strlen(word);
}

static void take_header(const struct tracee_wire_event *wire, enum tracee_arch arch, struct tracee_event *event)
{
	event->time_ns = wire->time_ns;
	event->start_time_ns = wire->start_time_ns;
	event->cgroup_id = wire->cgroup_id;
	event->ret = wire->ret;
	event->is_forked = wire->flags & TRACEE_WIRE_FORKED;
	event->host_pid = wire->host_pid;
	event->host_tid = wire->host_tid;
	event->host_ppid = wire->host_ppid;
	event->pid = wire->pid;
	event->tid = wire->tid;
	event->ppid = wire->ppid;
	event->uid = wire->uid;
	event->mnt_ns = wire->mnt_ns;
	event->pid_ns = wire->pid_ns;
	copy_text(event->comm, wire->comm, sizeof(wire->comm));
	copy_text(event->host_name, wire->host_name, sizeof(wire->host_name));
	for (unsigned int i = 0; i < event->def->n_args; i++)
		event->args[i].number = event->compat ? compat_scalar(event, wire->args, i)
						      : native_scalar(event, wire->args, i, arch);
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		if (event->def->args[i].kind == TRACEE_ARG_SYSCALL)
			name_syscall(&event->args[i], arch);
		else
			name_number(&event->args[i], event->def->args[i].kind);
	}
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
	event.slot = wire.slot;
	event.compat = tracee_compat_by_slot(arch, wire.slot);
	event.syscall = tracee_event_by_slot(arch, wire.syscall);
	take_header(&wire, arch, &event);
	r = take_blobs((const uint8_t *)record + sizeof(wire), wire.size - sizeof(wire), wire.n_blobs, &event, err);
	if (r < 0)
		return r;
	*ret_event = event;
	return 0;
}
