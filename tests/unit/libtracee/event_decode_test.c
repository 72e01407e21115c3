// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "libtracee/base/cleanup.h"

struct record {
	uint8_t bytes[1024];
	size_t size;
};

static struct record begin(const char *event)
{
	struct tracee_wire_event wire = { .size = sizeof(wire), .host_pid = 7, .comm = "sixteen letters!" };
	struct record record = { .size = sizeof(wire) };

	wire.slot = (uint32_t)tracee_event_slot(tracee_event_by_name(event), TRACEE_ARCH_X86_64);
	wire.args[0] = 0xffffff9c;
	memcpy(record.bytes, &wire, sizeof(wire));
	return record;
}

static void add(struct record *record, uint8_t arg, uint8_t kind, const char *text, uint16_t flags)
{
	struct tracee_wire_blob blob = { .arg = arg, .kind = kind, .flags = flags, .size = (uint32_t)strlen(text) };
	struct tracee_wire_event wire;

	memcpy(&wire, record->bytes, sizeof(wire));
	memcpy(record->bytes + record->size, &blob, sizeof(blob));
	memcpy(record->bytes + record->size + sizeof(blob), text, blob.size);
	record->size += sizeof(blob) + blob.size;
	wire.size = (uint32_t)record->size;
	wire.n_blobs++;
	memcpy(record->bytes, &wire, sizeof(wire));
}

static int decode(const struct record *record, struct tracee_event *event)
{
	return tracee_event_decode(record->bytes, record->size, TRACEE_ARCH_X86_64, event, NULL);
}

static void arguments_are_typed_by_the_definition(void **state)
{
	struct record record = begin("openat");
	struct tracee_event event;

	(void)state;
	add(&record, 1, TRACEE_WIRE_BLOB_STRING, "/etc/passwd", TRACEE_WIRE_BLOB_CUT);
	assert_int_equal(decode(&record, &event), 0);
	assert_string_equal(event.def->name, "openat");
	assert_int_equal((int64_t)event.args[0].number, -100);
	assert_int_equal(event.args[1].size_bytes, 11);
	assert_memory_equal(event.args[1].bytes, "/etc/passwd", 11);
	assert_true(event.args[1].is_cut);
	assert_string_equal(event.comm, "sixteen letters!");
	assert_string_equal(event.container_id, "");
}

static void the_container_comes_from_the_cgroup(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static const struct {
		const char *prefix, *suffix;
		bool is_container;
	} cases[] = {
		{ "", "", true },	      { "docker-", ".scope", true }, { "cri-containerd-", ".scope", true },
		{ "libpod-", ".scope", true }, { "libpod-", "", true },	     { "a", "", false },
		{ "", "0", false },	      { "docker-", ".slice", false }, { "docker_", ".scope", false },
		{ "libpod-conmon-", ".scope", false }, { "crio-conmon-", ".scope", false }, { "conmon-", "", false },
	};
	char name[128], found[65];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record record = begin("getppid");
		struct tracee_event event;

		strcpy(name, cases[i].prefix);
		strcat(strcat(name, id), cases[i].suffix);
		assert_int_equal(tracee_container_id(name, strlen(name), found), cases[i].is_container);
		add(&record, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, name, 0);
		assert_int_equal(decode(&record, &event), 0);
		assert_string_equal(event.container_id, cases[i].is_container ? id : "");
	}
}

static void a_record_that_does_not_add_up_is_refused(void **state)
{
	char many[(TRACEE_WIRE_ANCESTORS_MAX + 1) * sizeof(struct tracee_wire_ancestor) + 1] = "";
	struct record record = begin("openat");
	struct tracee_event event;

	(void)state;
	add(&record, 1, TRACEE_WIRE_BLOB_STRING, "/etc/passwd", 0);
	for (size_t n = 0; n < record.size; n++) {
		CLEANUP(free_at) uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, record.bytes, n);
		assert_int_equal(tracee_event_decode(cut, n, TRACEE_ARCH_X86_64, &event, NULL), -EBADMSG);
	}
	/* Twice the same argument; an argument that the event does not have; a kind that it is not. */
	add(&record, 1, TRACEE_WIRE_BLOB_STRING, "again", 0);
	assert_int_equal(decode(&record, &event), -EBADMSG);
	record = begin("openat");
	add(&record, 6, TRACEE_WIRE_BLOB_STRING, "x", 0);
	assert_int_equal(decode(&record, &event), -EBADMSG);
	record = begin("openat");
	add(&record, 1, TRACEE_WIRE_BLOB_SOCKADDR, "x", 0);
	assert_int_equal(decode(&record, &event), -EBADMSG);
	/* Ancestors: not a multiple of one, another kind, more than there can be. */
	record = begin("openat");
	add(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, "as many bytes as one of them has", 0);
	assert_int_equal(decode(&record, &event), 0);
	assert_int_equal(event.n_ancestors, 1);
	record = begin("openat");
	add(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, "x", 0);
	assert_int_equal(decode(&record, &event), -EBADMSG);
	record = begin("openat");
	add(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_STRING, "", 0);
	assert_int_equal(decode(&record, &event), -EBADMSG);
	memset(many, 'x', sizeof(many) - 1);
	record = begin("openat");
	add(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, many, 0);
	assert_int_equal(decode(&record, &event), -EBADMSG);
}

static void slots_follow_the_architecture(void **state)
{
	size_t n;
	const struct tracee_event_def *events = tracee_events(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (int arch = 0; arch < TRACEE_N_ARCHS; arch++) {
			int slot = tracee_event_slot(&events[i], (enum tracee_arch)arch);

			if (slot >= 0)
				assert_ptr_equal(tracee_event_by_slot((enum tracee_arch)arch, (uint32_t)slot), &events[i]);
		}
		assert_ptr_equal(tracee_event_by_name(events[i].name), &events[i]);
		assert_true(i == 0 || events[i - 1].id < events[i].id);
	}
	assert_int_equal(tracee_event_slot(tracee_event_by_name("openat"), TRACEE_ARCH_ARM64), 56);
	assert_int_equal(tracee_event_slot(tracee_event_by_name("arch_prctl"), TRACEE_ARCH_ARM64), -ENOENT);
	assert_int_equal(tracee_event_slot(tracee_event_by_name("open"), TRACEE_ARCH_ARM64), TRACEE_WIRE_SLOT_OF_COMPAT(5));
	assert_null(tracee_event_by_slot(TRACEE_ARCH_X86_64, TRACEE_WIRE_N_SLOTS));
	assert_null(tracee_compat_by_slot(TRACEE_ARCH_X86_64, UINT32_C(1) << 31));
	assert_true(tracee_event_in_set(tracee_event_by_name("openat"), "fs_file_ops"));
	assert_false(tracee_event_in_set(tracee_event_by_name("openat"), "fs_file"));
}

static unsigned int place_of(enum tracee_arch arch, uint32_t nr, const char *name, unsigned int arg)
{
	const struct tracee_compat_call *call = tracee_compat_by_slot(arch, TRACEE_WIRE_SLOT_OF_COMPAT(nr));

	assert_non_null(call);
	assert_string_equal(call->name, name);
	return tracee_compat_position(call, arg);
}

/* syscall(2): AArch32 has 64-bit arguments in pairs of registers that begin with an even one. */
static void halves_are_aligned_on_arm(void **state)
{
	(void)state;
	assert_int_equal(place_of(TRACEE_ARCH_X86_64, 180, "pread64", 3), 3);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 180, "pread64", 3), 4);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 193, "truncate64", 1), 2);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 225, "readahead", 2), 4);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 352, "fallocate", 3), 4);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 270, "arm_fadvise64_64", 3), 1);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 270, "arm_fadvise64_64", 1), 2);
	assert_int_equal(place_of(TRACEE_ARCH_ARM64, 120, "clone", 3), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_typed_by_the_definition),
		cmocka_unit_test(the_container_comes_from_the_cgroup),
		cmocka_unit_test(a_record_that_does_not_add_up_is_refused),
		cmocka_unit_test(slots_follow_the_architecture),
		cmocka_unit_test(halves_are_aligned_on_arm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
