// SPDX-License-Identifier: Apache-2.0
/*
 * load [--layout-of OBJECT] FILE: loads every program of an object, attaches none, and tells what the
 * verifier had to do. The layout is the object's own, or that of another one, so that a program that
 * another compiler made can be loaded before it is packed; without any, the kernel's BTF.
 *
 * Writes one line of JSON: {"load_ms", "programs": [{"name", "instructions", "verified",
 * "peak_states"}]}, where `verified` is what the verifier calls "processed": one for every instruction
 * on every path that it walked, whose limit is 131,072 in 4.18 and 1,000,000 since 5.2. Ends with 0, or 1
 * with libbpf's messages and the end of the verifier's log on stderr.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "libtracee/base/file.h"

#define LOG_STATS 4 /* the level at which the verifier writes nothing but its counts (BPF_LOG_STATS, 5.2) */
#define LOG_MAX_BYTES (64u << 10)
#define RING_BYTES (128u << 10) /* a multiple of every page size */
#define N_PROGRAMS_MAX 64

struct loaded {
	struct bpf_object *object;
	const struct bpf_program *program[N_PROGRAMS_MAX];
	char *log[N_PROGRAMS_MAX];
	size_t n;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "load: %s: %s\n", what, why);
	exit(1);
}

static void read_file(const char *path, uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	int r = file_read_at(AT_FDCWD, path, TRACEE_OBJECT_SIZE_MAX, ret_bytes, ret_size_bytes);

	if (r < 0)
		die(path, strerror(-r));
}

static void read_object(const char *path, struct tracee_object *ret_object)
{
	struct tracee_error err = {};
	uint8_t *bytes;
	size_t size;

	read_file(path, &bytes, &size);
	if (tracee_object_read(bytes, size, ret_object, &err) < 0)
		die(path, err.text);
}

/* libbpf wants to open it by name; nobody else sees it. */
static void layout_path(const struct tracee_object *object, char ret_path[40])
{
	int fd = memfd_create("layout", MFD_CLOEXEC);

	if (fd < 0 || file_write_all(fd, object->layout, object->layout_size_bytes) < 0)
		die("memory for the layout", strerror(errno));
	snprintf(ret_path, 40, "/proc/self/fd/%d", fd);
}

static struct bpf_object *open_object(const void *bytes, size_t size_bytes, const struct tracee_object *layout_of)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "tracee");
	struct bpf_object *object;
	char path[40];

	if (layout_of->layout) {
		layout_path(layout_of, path);
		options.btf_custom_path = path;
	}
	object = bpf_object__open_mem(bytes, size_bytes, &options);
	if (!object)
		die("libbpf does not open the object", strerror(errno));
	return object;
}

static void size_maps(struct bpf_object *object)
{
	int n_cpus = libbpf_num_possible_cpus();
	struct bpf_map *map;
	int r = 0;

	bpf_object__for_each_map (map, object) {
		if (bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF)
			r = r ? r : bpf_map__set_max_entries(map, RING_BYTES);
		else if (bpf_map__type(map) == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
			r = r ? r : bpf_map__set_max_entries(map, (unsigned int)n_cpus);
		else if (strcmp(bpf_map__name(map), "counters") == 0)
			r = r ? r : bpf_map__set_max_entries(map, (unsigned int)n_cpus * TRACEE_WIRE_N_SLOTS);
	}
	if (r < 0)
		die("sizes of maps", strerror(-r));
}

static void want_counts(struct loaded *loaded)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, loaded->object) {
		char *log = calloc(1, LOG_MAX_BYTES);

		if (!log || loaded->n == N_PROGRAMS_MAX)
			die("programs", "too many");
		if (bpf_program__set_autoload(program, true) < 0 || bpf_program__set_log_level(program, LOG_STATS) < 0 ||
		    bpf_program__set_log_buf(program, log, LOG_MAX_BYTES) < 0)
			die(bpf_program__name(program), strerror(errno));
		loaded->program[loaded->n] = program;
		loaded->log[loaded->n++] = log;
	}
}

/* print_verification_stats(), kernel/bpf/verifier.c: "processed 12 insns (limit 1000000) … peak_states 3 …". */
static long long count_in(const char *log, const char *word)
{
	const char *at = strstr(log, word);

	return at ? strtoll(at + strlen(word), NULL, 10) : -1;
}

static json_t *tell_program(const struct bpf_program *program, const char *log)
{
	long long verified = count_in(log, "processed "), states = count_in(log, "peak_states ");

	if (verified <= 0)
		die(bpf_program__name(program), "the verifier does not say how much it did");
	return json_pack("{s:s, s:I, s:I, s:I}", "name", bpf_program__name(program), "instructions",
			 (json_int_t)bpf_program__insn_cnt(program), "verified", (json_int_t)verified, "peak_states",
			 (json_int_t)states);
}

static void tell(const struct loaded *loaded, double load_ms)
{
	json_t *programs = json_array();

	for (size_t i = 0; i < loaded->n; i++)
		json_array_append_new(programs, tell_program(loaded->program[i], loaded->log[i]));
	json_dumpf(json_pack("{s:f, s:o}", "load_ms", load_ms, "programs", programs), stdout,
		   JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The program that was refused is the last with a log. */
static void explain(const struct loaded *loaded, int r)
{
	for (size_t i = loaded->n; i > 0; i--) {
		size_t size = strlen(loaded->log[i - 1]);

		if (!size)
			continue;
		fprintf(stderr, "%s\n", loaded->log[i - 1] + (size > 2000 ? size - 2000 : 0));
		break;
	}
	die("the kernel does not load the programs", strerror(-r));
}

static void load(struct loaded *loaded)
{
	double before = now_ms();
	int r = bpf_object__load(loaded->object);

	if (r < 0)
		explain(loaded, r);
	tell(loaded, now_ms() - before);
}

int main(int argc, char **argv)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	bool is_other = argc == 4 && strcmp(argv[1], "--layout-of") == 0;
	struct tracee_object object;
	struct loaded loaded = {};
	uint8_t *bytes;
	size_t size;

	if (!is_other && argc != 2)
		die("usage", "load [--layout-of OBJECT] FILE");
	/* Before 5.11 it is what BPF is charged to; where it matters and cannot be raised, loading fails. */
	if (setrlimit(RLIMIT_MEMLOCK, &all) < 0)
		fprintf(stderr, "load: RLIMIT_MEMLOCK: %s\n", strerror(errno));
	read_object(is_other ? argv[2] : argv[1], &object);
	read_file(argv[argc - 1], &bytes, &size);
	loaded.object = open_object(bytes, size, &object);
	size_maps(loaded.object);
	want_counts(&loaded);
	load(&loaded);
	return 0;
}
