// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/tracer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "runtime/load/kernel_config.h"
#include "runtime/load/memlock.h"
#include "runtime/load/messages.h"

#define RING_MAX_BYTES (UINT64_C(1) << 30) /* the kernel takes up to 2 GiB, all of it allocated at once */
#define FINDINGS_RING_BYTES (1u << 20)
#define FINDINGS_PERF_PAGES 16 /* per CPU: more than the largest record takes */
#define OTHER_MAPS_BYTES (16u << 20) /* the rest of the maps and the programs, generously */
#define KERNEL_STACK_BYTES (16u << 10)
#define WAKE_PART 8 /* the reader is woken when the ring is full to one part in so many */

/* ---- opening -------------------------------------------------------------------------------- */

/* The layout as a file that libbpf can open by name. */
static int layout_file(const struct tracee_object *object, char ret_path[32], struct tracee_error *err)
{
	CLEANUP(close_at) int fd = memfd_create("tracee.layout", MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return error_errno(err, -errno, "memory for the layout");
	r = file_write_all(fd, object->layout, object->layout_size_bytes);
	if (r < 0)
		return error_errno(err, r, "memory for the layout");
	snprintf(ret_path, 32, "/proc/self/fd/%d", fd);
	return TAKE_FD(fd);
}

static int object_open(const struct tracee_object *object, const char *layout_path, struct bpf_object **ret_object,
		       struct tracee_error *err)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "tracee", .btf_custom_path = layout_path);
	struct bpf_object *opened = bpf_object__open_mem(object->bytes, object->size_bytes, &options);

	if (!opened)
		return error_errno(err, -errno, "libbpf does not open the object");
	*ret_object = opened;
	return 0;
}

static int choose_programs(struct bpf_object *object, uint64_t programs, struct tracee_error *err)
{
	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, program_defs[i].name);
		bool is_wanted = programs & PROGRAM_BIT(i);

		if (!program && is_wanted && !program_defs[i].is_continuation)
			return error_set(err, -EBADMSG, "the object has no program '%s'", program_defs[i].name);
		if (program)
			bpf_program__set_autoload(program, is_wanted);
	}
	return 0;
}

static int find_map(struct bpf_object *object, const char *name, struct bpf_map **ret_map, struct tracee_error *err)
{
	*ret_map = bpf_object__find_map_by_name(object, name);
	return *ret_map ? 0 : error_set(err, -EBADMSG, "the object has no map '%s'", name);
}

/* ---- sizes ---------------------------------------------------------------------------------- */

static bool can_map_arrays(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	CLEANUP(close_at) int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "tracee_try", 4, 8, 1, &options);

	return fd >= 0;
}

/* A ring is one for all CPUs, and a power of two. */
static size_t ring_size(uint64_t per_cpu_bytes, unsigned int n_cpus)
{
	uint64_t size = per_cpu_bytes;

	while (size < per_cpu_bytes * n_cpus && size < RING_MAX_BYTES)
		size *= 2;
	return (size_t)size;
}

static void choose_sizes(struct tracer *tracer, uint64_t buffer_size_bytes)
{
	if (tracer->tier == TRACEE_TIER_RING) {
		tracer->telemetry_size_bytes = ring_size(buffer_size_bytes, tracer->n_cpus);
		tracer->findings_size_bytes = FINDINGS_RING_BYTES;
	} else {
		tracer->telemetry_size_bytes = buffer_size_bytes;
		tracer->findings_size_bytes = FINDINGS_PERF_PAGES * (size_t)sysconf(_SC_PAGESIZE);
	}
}

static int size_counters(struct tracer *tracer, struct tracee_error *err)
{
	struct bpf_map *map;
	int r = find_map(tracer->object, "counters", &map, err);

	if (r == 0)
		r = bpf_map__set_max_entries(map, tracer->n_cpus * TRACEE_WIRE_N_SLOTS);
	if (r == 0 && tracer->can_map_counters)
		r = bpf_map__set_map_flags(map, BPF_F_MMAPABLE);
	return r;
}

static int size_buffer(struct tracer *tracer, const char *name, size_t size_bytes, struct tracee_error *err)
{
	struct bpf_map *map;
	int r = find_map(tracer->object, name, &map, err);

	if (r < 0)
		return r;
	return bpf_map__set_max_entries(map,
					tracer->tier == TRACEE_TIER_RING ? (uint32_t)size_bytes : tracer->n_cpus);
}

/* A map has room for one at least. */
static int size_filter(struct tracer *tracer, const char *name, size_t n, struct tracee_error *err)
{
	struct bpf_map *map;
	int r = find_map(tracer->object, name, &map, err);

	return r < 0 ? r : bpf_map__set_max_entries(map, n ? (uint32_t)n : 1);
}

static int size_filters(struct tracer *tracer, const struct kernel_config *config, struct tracee_error *err)
{
	int r = size_filter(tracer, "filter_numbers", config->n_numbers, err);

	if (r == 0)
		r = size_filter(tracer, "filter_names", config->n_names, err);
	return r < 0 ? r : size_filter(tracer, "filter_texts", config->n_texts, err);
}

static int size_maps(struct tracer *tracer, const struct kernel_config *config, struct tracee_error *err)
{
	int r = size_counters(tracer, err);

	if (r == 0)
		r = size_filters(tracer, config, err);

	if (r == 0)
		r = size_buffer(tracer, "telemetry", tracer->telemetry_size_bytes, err);
	if (r == 0)
		r = size_buffer(tracer, "findings", tracer->findings_size_bytes, err);
	return r;
}

static uint64_t locked_bytes(const struct tracer *tracer)
{
	uint64_t rings = tracer->telemetry_size_bytes + tracer->findings_size_bytes;

	return OTHER_MAPS_BYTES + (tracer->tier == TRACEE_TIER_RING ? rings : 0);
}

/* ---- maps ----------------------------------------------------------------------------------- */

/*
 * THREAD_SIZE: four pages of 4 KiB (arch/x86/include/asm/page_64_types.h, arch/arm64/include/asm/memory.h), or one of those that are
 * larger. Kernels that look for errors with KASAN have more; what is read there is then no system call.
 */
static uint32_t kernel_stack_bytes(void)
{
	uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE);

	return page > KERNEL_STACK_BYTES ? page : KERNEL_STACK_BYTES;
}

/* Who we are, as the program can recognise us whatever namespace we live in. */
static int fill_config(struct tracer *tracer, const struct kernel_config *kernel_config, struct tracee_error *err)
{
	struct tracee_wire_config config = { .self_pid = (uint32_t)getpid(), .flags = kernel_config->flags };
	struct bpf_map *map;
	uint32_t key = 0;
	struct stat st;
	int r;

	if (stat("/proc/self/ns/pid", &st) < 0)
		return error_errno(err, -errno, "'/proc/self/ns/pid', without which we would trace ourselves");
	config.self_pid_ns = tracer->self_pid_ns = (uint32_t)st.st_ino;
	memcpy(config.process, kernel_config->process, sizeof(config.process));
	config.stack_bytes = kernel_stack_bytes();
	config.wake_bytes = tracer->telemetry_size_bytes / WAKE_PART;
	r = find_map(tracer->object, "config", &map, err);
	if (r < 0)
		return r;
	r = bpf_map_update_elem(bpf_map__fd(map), &key, &config, BPF_ANY);
	return r < 0 ? error_errno(err, r, "map 'config'") : 0;
}

static int fill_selection(struct tracer *tracer, const struct plan *plan, struct tracee_error *err)
{
	struct bpf_map *map;
	int r = find_map(tracer->object, "selection", &map, err);

	for (uint32_t slot = 0; r == 0 && slot < TRACEE_WIRE_N_SLOTS; slot++) {
		if (!plan->select[slot].flags)
			continue;
		r = bpf_map_update_elem(bpf_map__fd(map), &slot, &plan->select[slot], BPF_ANY);
		if (r < 0)
			error_errno(err, r, "map 'selection'");
	}
	return r;
}

/* @key and @listed of the first of @n entries, which are @size bytes apart. */
static int fill_filter(struct tracer *tracer, const char *name, const void *key, const void *listed, size_t size, size_t n,
		       struct tracee_error *err)
{
	struct bpf_map *map;
	int r = find_map(tracer->object, name, &map, err);

	for (size_t i = 0; r == 0 && i < n; i++) {
		r = bpf_map_update_elem(bpf_map__fd(map), (const char *)key + i * size, (const char *)listed + i * size,
					BPF_ANY);
		if (r < 0)
			error_errno(err, r, "map of filters");
	}
	return r;
}

static int fill_filters(struct tracer *tracer, const struct kernel_config *config, struct tracee_error *err)
{
	static const uint8_t wanted = TRACEE_WIRE_LISTED_WANTED;
	int r = 0;

	if (config->n_numbers)
		r = fill_filter(tracer, "filter_numbers", &config->numbers->key, &config->numbers->listed,
				sizeof(*config->numbers), config->n_numbers, err);
	if (r == 0 && config->n_names)
		r = fill_filter(tracer, "filter_names", &config->names->key, &config->names->listed,
				sizeof(*config->names), config->n_names, err);
	for (size_t i = 0; r == 0 && i < config->n_texts; i++)
		r = fill_filter(tracer, "filter_texts", &config->texts[i], &wanted, 0, 1, err);
	return r;
}

static int map_fd(const struct tracer *tracer, const char *name)
{
	return bpf_object__find_map_fd_by_name(tracer->object, name);
}

/* Programs that are not attached, but go on where another one is too long. */
static int fill_continuations(struct tracer *tracer, const struct plan *plan, struct tracee_error *err)
{
	uint32_t key = 0;
	int r = 0;

	for (unsigned int i = 0; r == 0 && i < N_PROGRAMS; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(tracer->object, program_defs[i].name);
		struct bpf_map *map;
		int fd;

		if (!program_defs[i].is_continuation || !program || !(plan->programs & PROGRAM_BIT(i)))
			continue;
		fd = bpf_program__fd(program);
		r = find_map(tracer->object, "continuations", &map, err);
		if (r == 0 && bpf_map_update_elem(bpf_map__fd(map), &key, &fd, BPF_ANY) < 0)
			r = error_errno(err, -errno, "map 'continuations'");
	}
	return r;
}

static int fill_maps(struct tracer *tracer, const struct plan *plan, const struct kernel_config *config,
		     struct tracee_error *err)
{
	int r = fill_config(tracer, config, err);

	if (r == 0)
		r = fill_filters(tracer, config, err);
	if (r == 0)
		r = fill_selection(tracer, plan, err);
	if (r == 0)
		r = fill_continuations(tracer, plan, err);
	if (r < 0)
		return r;
	tracer->telemetry_fd = map_fd(tracer, "telemetry");
	tracer->findings_fd = map_fd(tracer, "findings");
	tracer->counters_fd = map_fd(tracer, "counters");
	return 0;
}

/* ---- loading -------------------------------------------------------------------------------- */

/* What the stages of tracer_load() hand on. */
struct loading {
	const struct tracee_object *source;
	const struct plan *plan;
	const struct kernel_config *config;
	uint64_t buffer_size_bytes;
	int layout_fd; /* libbpf opens it by its name when it loads */
	struct tracer tracer;
};

static int stage_open(struct loading *loading, struct tracee_error *err)
{
	const struct tracee_object *source = loading->source;
	char layout_path[32];
	int r;

	if (source->layout)
		loading->layout_fd = layout_file(source, layout_path, err);
	if (source->layout && loading->layout_fd < 0)
		return loading->layout_fd;
	r = object_open(source, source->layout ? layout_path : NULL, &loading->tracer.object, err);
	return r < 0 ? r : choose_programs(loading->tracer.object, loading->plan->programs, err);
}

static int stage_memlock(struct loading *loading, struct tracee_error *err)
{
	struct tracer *tracer = &loading->tracer;
	int n_cpus = libbpf_num_possible_cpus();

	if (n_cpus < 0)
		return error_errno(err, n_cpus, "number of CPUs");
	tracer->n_cpus = (unsigned int)n_cpus;
	tracer->tier = loading->source->meta.tier;
	/* Findings have their own buffer: without events the other one is there because the program names it. */
	choose_sizes(tracer,
		     loading->plan->has_events ? loading->buffer_size_bytes : (uint64_t)sysconf(_SC_PAGESIZE));
	return memlock_raise(locked_bytes(tracer), err);
}

static int stage_sizes(struct loading *loading, struct tracee_error *err)
{
	loading->tracer.can_map_counters = can_map_arrays();
	return size_maps(&loading->tracer, loading->config, err);
}

static const char *hint(int r, enum tracee_tier tier)
{
	switch (r) {
	case -EINVAL:
		return tier == TRACEE_TIER_RING ? ": a kernel before 5.8 takes an object of tier base only (tracee-builder "
						  "build --tier base)"
						: "";
	case -EPERM:
	case -EACCES:
		return ": capabilities, a security module or kernel lockdown may forbid it (tracee-runtime --check "
		       "tells)";
	case -E2BIG:
		return ": the program is larger than this kernel takes, so an object of tier base may do "
		       "(tracee-builder inspect shows the tier)";
	case -ENOMEM:
		return ": a smaller --buffer-size may do";
	default:
		return "";
	}
}

static int stage_load(struct loading *loading, struct tracee_error *err)
{
	int r = bpf_object__load(loading->tracer.object);

	return r < 0 ? error_set(err, r, "the kernel does not load the program: %s%s", strerror(-r),
				 hint(r, loading->tracer.tier)) : 0;
}

static int stage_fill(struct loading *loading, struct tracee_error *err)
{
	return fill_maps(&loading->tracer, loading->plan, loading->config, err);
}

static const struct {
	int (*run)(struct loading *loading, struct tracee_error *err);
	enum status failure;
} stages[] = {
	{ stage_open, STATUS_OBJECT_REFUSED },	{ stage_memlock, STATUS_PRIVILEGES },
	{ stage_sizes, STATUS_OBJECT_REFUSED }, { stage_load, STATUS_PROGRAM_REJECTED },
	{ stage_fill, STATUS_FAILED },
};

static int run_stages(struct loading *loading, enum status *ret_status, struct tracee_error *err)
{
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		int r = stages[i].run(loading, err);

		if (r < 0) {
			*ret_status = stages[i].failure;
			return r;
		}
	}
	return 0;
}

int tracer_load(const struct tracee_object *object, const struct plan *plan, const struct kernel_config *config,
		uint64_t buffer_size_bytes, struct tracer *ret_tracer, enum status *ret_status, struct tracee_error *err)
{
	struct loading loading = {
		.source = object, .plan = plan, .config = config, .buffer_size_bytes = buffer_size_bytes, .layout_fd = -1
	};
	int r;

	messages_collect();
	r = run_stages(&loading, ret_status, err);
	close_at(&loading.layout_fd);
	if (r < 0)
		tracer_done(&loading.tracer);
	else
		*ret_tracer = loading.tracer;
	return r;
}

int tracer_attach(struct tracer *tracer, const struct plan *plan, uint64_t *broken, struct tracee_error *err)
{
	int first = 0;

	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		struct bpf_program *program;

		if (!(plan->programs & PROGRAM_BIT(i)) || program_defs[i].is_continuation)
			continue;
		program = bpf_object__find_program_by_name(tracer->object, program_defs[i].name);
		tracer->links[i] = bpf_program__attach(program);
		if (tracer->links[i])
			continue;
		*broken |= PROGRAM_BIT(i);
		if (first == 0)
			first = error_errno(err, -errno, "%s cannot be attached", program_defs[i].hook);
	}
	return first;
}

void tracer_detach(struct tracer *tracer)
{
	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		bpf_link__destroy(tracer->links[i]);
		tracer->links[i] = NULL;
	}
}

uint64_t tracer_missed(const struct tracer *tracer)
{
	struct bpf_program *program;
	uint64_t missed = 0;

	bpf_object__for_each_program (program, tracer->object) {
		struct bpf_prog_info info = {};
		uint32_t size = sizeof(info);

		if (bpf_program__fd(program) >= 0 && bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
			missed += info.recursion_misses;
	}
	return missed;
}

void tracer_done(struct tracer *tracer)
{
	tracer_detach(tracer);
	bpf_object__close(tracer->object);
	tracer->object = NULL;
}
