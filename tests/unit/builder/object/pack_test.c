// SPDX-License-Identifier: Apache-2.0
#include "builder/object/pack.h"

#include "builder/layout/layout.h"
#include "tests/unit/builder/object/fixture.h"
#include "tests/unit/skip_loudly.h"

/*
 * Layouts for packing are made from the running kernel's BTF where there is one; those that a kernel
 * does not have (no ring buffer, no list of helpers) are made from it by changing a name.
 */
#define RUNNING_KERNEL "/sys/kernel/btf/vmlinux"
#if defined(__x86_64__)
#define ARCH TRACEE_ARCH_X86_64
#define OTHER_ARCH TRACEE_ARCH_ARM64
#else
#define ARCH TRACEE_ARCH_ARM64
#define OTHER_ARCH TRACEE_ARCH_X86_64
#endif

struct place {
	struct layout layout;
	struct tracee_kernel kernel;
	struct pack_request request;
	uint8_t *bytes;
	size_t size;
	struct tracee_error err;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->layout.arch = ARCH;
	strcpy(place->layout.source, "btf sha256:0000");
	strcpy(place->layout.clang, "none");
	assert_int_equal(tracee_kernel_parse("6.1.0-test", ARCH, &place->kernel, NULL), 0);
	place->request = (struct pack_request){ &place->kernel, "1.2.3", "exact", PACK_ANY_TIER };
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	free(place->layout.btf);
	free(place->bytes);
	free(place);
	return 0;
}

static void need_kernel(struct place *place)
{
	if (file_read_at(AT_FDCWD, RUNNING_KERNEL, 64 << 20, &place->layout.btf, &place->layout.size_bytes) < 0) {
		skip_loudly(RUNNING_KERNEL " is not there");
	}
}

/* Changes a name in the layout, of the same length. */
static void rename_in(struct place *place, const char *name, const char *other)
{
	size_t size = strlen(name) + 2;
	char *found;
	char wanted[64] = "";

	memcpy(wanted + 1, name, size - 1);
	found = memmem(place->layout.btf, place->layout.size_bytes, wanted, size);
	assert_non_null(found);
	memcpy(found + 1, other, strlen(name));
}

static int pack(struct place *place)
{
	free(place->bytes);
	place->bytes = NULL;
	return object_pack(&place->layout, &place->request, &place->bytes, &place->size, &place->err);
}

static struct tracee_object packed(struct place *place)
{
	struct tracee_object object;

	if (pack(place) < 0)
		fail_msg("%s", place->err.text);
	assert_int_equal(tracee_object_read(place->bytes, place->size, &object, NULL), 0);
	return object;
}

static void the_object_says_what_it_is(void **state)
{
	struct tracee_object object;

	need_kernel(*state);
	object = packed(*state);
	assert_string_equal(object.meta.version, "1.2.3");
	assert_string_equal(object.meta.kernel_release, "6.1.0-test");
	assert_int_equal(object.meta.kernel_arch, ARCH);
	assert_string_equal(object.meta.source, "btf sha256:0000");
	assert_string_equal(object.meta.layout_clang, "none");
	assert_true(strlen(object.meta.clang) > 0);
	assert_true(object.size_bytes < 600000);
	assert_true(object.layout_size_bytes < 8192);
}

static void a_ring_buffer_makes_the_tier(void **state)
{
	need_kernel(*state);
	assert_int_equal(packed(*state).meta.tier, TRACEE_TIER_RING);
	rename_in(*state, "BPF_FUNC_ringbuf_reserve", "BPF_FUNC_ringbuf_xeserve");
	assert_int_equal(packed(*state).meta.tier, TRACEE_TIER_BASE);
}

static void a_layout_without_the_list_of_helpers_does_not_tell(void **state)
{
	struct place *place = *state;

	need_kernel(place);
	rename_in(place, "bpf_func_id", "bpf_func_xx");
	assert_int_equal(pack(place), -ENOEXEC);
	expect_in("does not have enum bpf_func_id", place->err.text);
	place->request.tier = TRACEE_TIER_BASE;
	assert_int_equal(packed(place).meta.tier, TRACEE_TIER_BASE);
}

static void the_tier_that_is_asked_for_is_taken(void **state)
{
	struct place *place = *state;

	need_kernel(place);
	place->request.tier = TRACEE_TIER_BASE;
	assert_int_equal(packed(place).meta.tier, TRACEE_TIER_BASE);
}

static void a_kernel_without_a_field_is_refused_by_its_name(void **state)
{
	struct place *place = *state;

	need_kernel(place);
	rename_in(place, "real_parent", "xeal_parent");
	assert_int_equal(pack(place), -ENOEXEC);
	expect_in("task_struct.real_parent", place->err.text);
	expect_in("program '", place->err.text);
	expect_in("instruction", place->err.text);
}

static void a_kernel_without_a_helper_is_refused_by_its_name(void **state)
{
	struct place *place = *state;

	need_kernel(place);
	rename_in(place, "BPF_FUNC_ringbuf_output", "__F_FUNC_ringbuf_output");
	assert_int_equal(pack(place), -ENOEXEC);
	expect_in("no helper 'ringbuf_output' (130)", place->err.text);
}

static void packing_twice_gives_the_same_bytes(void **state)
{
	struct place *place = *state;
	uint8_t *first;
	size_t size;

	need_kernel(place);
	packed(place);
	first = place->bytes;
	size = place->size;
	place->bytes = NULL;
	packed(place);
	assert_int_equal(size, place->size);
	assert_memory_equal(first, place->bytes, size);
	free(first);
}

static void a_core_object_has_no_layout(void **state)
{
	struct place *place = *state;
	struct tracee_object object;

	assert_int_equal(object_pack(NULL, &place->request, &place->bytes, &place->size, &place->err), 0);
	assert_int_equal(tracee_object_read(place->bytes, place->size, &object, NULL), 0);
	assert_null(object.layout);
	assert_string_equal(object.meta.kernel_release, TRACEE_OBJECT_ANY_RELEASE);
	assert_int_equal(object.meta.tier, TRACEE_TIER_RING);
	assert_int_equal(object_check(place->bytes, place->size, &place->err), 0);
}

static void another_architecture_is_a_wrong_request(void **state)
{
	struct place *place = *state;

	place->layout.arch = OTHER_ARCH;
	assert_int_equal(pack(place), -EINVAL);
}

static void a_version_that_is_too_long_is_a_wrong_request(void **state)
{
	struct place *place = *state;
	char version[100];

	need_kernel(place);
	memset(version, '1', sizeof(version) - 1);
	version[sizeof(version) - 1] = '\0';
	place->request.version = version;
	assert_int_equal(pack(place), -EINVAL);
}

static void a_layout_that_is_damaged_is_refused(void **state)
{
	struct place *place = *state;

	need_kernel(place);
	place->layout.size_bytes -= 100;
	assert_int_equal(pack(place), -ENOEXEC);
	expect_in("layout", place->err.text);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_object_says_what_it_is),
		PLACED(a_ring_buffer_makes_the_tier),
		PLACED(a_layout_without_the_list_of_helpers_does_not_tell),
		PLACED(the_tier_that_is_asked_for_is_taken),
		PLACED(a_kernel_without_a_field_is_refused_by_its_name),
		PLACED(a_kernel_without_a_helper_is_refused_by_its_name),
		PLACED(packing_twice_gives_the_same_bytes),
		PLACED(a_core_object_has_no_layout),
		PLACED(another_architecture_is_a_wrong_request),
		PLACED(a_version_that_is_too_long_is_a_wrong_request),
		PLACED(a_layout_that_is_damaged_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
