// SPDX-License-Identifier: Apache-2.0
/*
 * Whether libbpf makes of a program what we say it will: libbpf relocates against a layout, and just
 * before it would load, its instructions are compared with ours. It needs the right to create maps and
 * to load BPF (libbpf probes for it), so it is a test of the host.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builder/object/embedded.h"
#include "builder/object/libbpf_messages.h"
#include "builder/object/reduce.h"
#include "builder/object/relocated.h"
#include "tests/unit/builder/object/fixture.h"
#include "tests/unit/skip_loudly.h"

#define RUNNING_KERNEL "/sys/kernel/btf/vmlinux"
#define POISON 195896080 /* 0xbad2310: the helper that libbpf calls where a relocation failed */

/* What libbpf made of the program at hand. */
static struct bpf_insn *taken;
static size_t n_taken;

/* Stops libbpf when it is done with the instructions. */
static int take_instructions(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	(void)options;
	(void)cookie;
	n_taken = bpf_program__insn_cnt(program);
	taken = malloc(n_taken * sizeof(*taken));
	memcpy(taken, bpf_program__insns(program), n_taken * sizeof(*taken));
	return -ECANCELED;
}

static bool can_load(void)
{
	static const struct bpf_insn insns[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K },
						 { .code = BPF_JMP | BPF_EXIT } };
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "GPL", insns, 2, NULL);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Has libbpf relocate program @name of the file against @layout. */
static void relocate_by_libbpf(const struct bytes *file, const char *name, const struct bytes *layout)
{
	char path[64];
	int fd = memfd_create("layout", MFD_CLOEXEC);
	LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = path);
	struct bpf_object *object;
	struct bpf_program *program;

	assert_int_equal(file_write_all(fd, layout->at, layout->size), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	free(taken);
	taken = NULL;
	libbpf_messages_begin(NULL);
	object = bpf_object__open_mem(file->at, file->size, &options);
	assert_non_null(object);
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, strcmp(bpf_program__name(program), name) == 0);
	bpf_object__load(object);
	libbpf_messages_end();
	bpf_object__close(object);
	close(fd);
}

/* One relocated instruction; false if it is where we are stricter: the size of a type that is not there. */
static bool compare_insn(const struct relocated *relocated, const struct program_relocation *relocation)
{
	const char *name = relocated->program->functions[relocation->function].name;
	const struct bpf_insn *ours = &relocated->functions[relocation->function].insns[relocation->insn];
	const struct bpf_insn *theirs = &taken[relocation->insn];
	bool is_poisoned = theirs->code == (BPF_JMP | BPF_CALL) && theirs->imm == POISON;
	bool must_not_run = relocated->functions[relocation->function].must_not_run[relocation->insn];

	if (must_not_run && relocation->kind == BPF_CORE_TYPE_SIZE)
		return false;
	if (is_poisoned != must_not_run)
		fail_msg("'%s', instruction %zu (%s): libbpf %s it", name, relocation->insn, relocation->spec,
			 is_poisoned ? "poisons" : "accepts");
	if (!is_poisoned && memcmp(ours, theirs, sizeof(*ours) * (insn_is_wide(ours) ? 2 : 1)) != 0)
		fail_msg("'%s', instruction %zu (%s): ours %02x off %d imm %d, libbpf's %02x off %d imm %d", name,
			 relocation->insn, relocation->spec, ours->code, ours->off, ours->imm, theirs->code,
			 theirs->off, theirs->imm);
	return true;
}

static size_t compare_function(const struct relocated *relocated, size_t function)
{
	const struct program *program = relocated->program;
	size_t n = 0;

	for (size_t i = 0; i < program->n_relocations; i++) {
		if (program->relocations[i].function == function)
			n += compare_insn(relocated, &program->relocations[i]);
	}
	return n;
}

/* Compares all programs of the file; returns how many relocated instructions there were. */
static size_t compare(const struct bytes *file, const struct bytes *layout)
{
	struct program *program = NULL;
	struct relocated *relocated = NULL;
	struct btf *types = NULL;
	struct tracee_error err = {};
	size_t n = 0;

	if (program_read(file->at, file->size, &program, &err) < 0 ||
	    types_read(layout->at, layout->size, &types, &err) < 0 ||
	    program_relocate(program, types, NULL, NULL, &relocated, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < program->n_functions; i++) {
		if (!program->functions[i].is_entry)
			continue;
		relocate_by_libbpf(file, program->functions[i].name, layout);
		if (!taken)
			fail_msg("libbpf did not come to load '%s'", program->functions[i].name);
		assert_true(n_taken >= program->functions[i].n_insns);
		n += compare_function(relocated, i);
	}
	relocated_free(relocated);
	btf__free(types);
	program_free(program);
	return n;
}

/* Frees @types. */
static struct bytes raw(struct btf *types)
{
	struct bytes bytes = {};
	uint32_t size;
	const void *data = btf__raw_data(types, &size);

	bytes.at = malloc(size);
	bytes.size = size;
	memcpy(bytes.at, data, size);
	btf__free(types);
	return bytes;
}

static struct bytes reduce_for(const struct bytes *file, const struct bytes *layout)
{
	struct program *program = NULL;
	struct btf *types = NULL;
	struct bytes reduced = {};

	assert_int_equal(program_read(file->at, file->size, &program, NULL), 0);
	assert_int_equal(types_read(layout->at, layout->size, &types, NULL), 0);
	assert_int_equal(reduce_layout(program, types, &reduced.at, &reduced.size, NULL), 0);
	btf__free(types);
	program_free(program);
	return reduced;
}

static void expect_agreement(const struct bytes *file, const struct bytes *layout, size_t at_least)
{
	struct bytes reduced = reduce_for(file, layout);

	assert_true(compare(file, layout) >= at_least);
	assert_true(compare(file, &reduced) >= at_least);
	free(reduced.at);
}

static void libbpf_agrees_on_every_kind_of_relocation(void **state)
{
	static const char *const names[] = { "relocations.bpf.o", "guarded.bpf.o", "unguarded_field.bpf.o",
					     "signed_load.bpf.o" };
	struct bytes layout = raw(fixture_kernel());

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bytes file = fixture_file(names[i]);

		expect_agreement(&file, &layout, i == 0 ? 40 : 1);
		free(file.at);
	}
	free(layout.at);
}

static void libbpf_agrees_on_enums(void **state)
{
	struct bytes layout = raw(fixture_enums()), file = fixture_file("relocations.bpf.o");

	(void)state;
	expect_agreement(&file, &layout, 40);
	free(layout.at);
	free(file.at);
}

static void libbpf_agrees_on_our_programs_and_the_running_kernel(void **state)
{
	struct bytes layout;

	(void)state;
	if (file_read_at(AT_FDCWD, RUNNING_KERNEL, 64 << 20, &layout.at, &layout.size) < 0)
		skip_loudly(RUNNING_KERNEL " is not there");
	for (int tier = 0; tier < TRACEE_N_TIERS; tier++) {
#if defined(__x86_64__)
		struct embedded_program embedded = embedded_program((enum tracee_tier)tier, TRACEE_ARCH_X86_64);
#else
		struct embedded_program embedded = embedded_program((enum tracee_tier)tier, TRACEE_ARCH_ARM64);
#endif
		const struct bytes file = { (uint8_t *)embedded.bytes, embedded.size_bytes };

		expect_agreement(&file, &layout, 100);
	}
	free(layout.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libbpf_agrees_on_every_kind_of_relocation),
		cmocka_unit_test(libbpf_agrees_on_enums),
		cmocka_unit_test(libbpf_agrees_on_our_programs_and_the_running_kernel),
	};
	LIBBPF_OPTS(libbpf_prog_handler_opts, options, .prog_prepare_load_fn = take_instructions);

	if (!can_load()) {
		for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
			printf("ok %zu - %s # SKIP this user may not load BPF programs\n", i + 1, tests[i].name);
		return 0;
	}
	/* In front of libbpf's own handlers of these sections. */
	libbpf_register_prog_handler("raw_tp/", BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &options);
	libbpf_register_prog_handler("tp/", BPF_PROG_TYPE_TRACEPOINT, 0, &options);
	libbpf_register_prog_handler("kprobe/", BPF_PROG_TYPE_KPROBE, 0, &options);
	libbpf_register_prog_handler("kretprobe/", BPF_PROG_TYPE_KPROBE, 0, &options);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
