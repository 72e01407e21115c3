// SPDX-License-Identifier: Apache-2.0
/*
 * measure [-r FILE] PIPE [TOOL...] -- MIXTURE...: what it costs when TOOL traces tests/bench/mixture, which
 * reports to the named pipe PIPE. With -r TOOL runs beside it: FILE has something in it once it traces, and
 * SIGTERM ends it when the mixture has ended. Without, the tool is given the mixture's command as its last
 * arguments and ends by itself; with no tool, the mixture runs alone.
 *
 * Prints one JSON object:
 *   startMs         from the start of the tool until it traces; with no -r until the mixture begins
 *   callsMs         from the beginning of the mixture's calls to their end
 *   allMs           the same until the tool has ended, and so has written all it will
 *   toolUserMs, toolSystemMs       CPU of the tool's process from the beginning of the calls to its end
 *                                  (proc_pid_stat(5), fields 14 and 15, in steps of a clock tick)
 *   startCpuMs      CPU of the tool before
 *   mixtureUserMs, mixtureSystemMs CPU of the processes that call
 *   residentKb      resident memory of the tool without its rings, the most that was seen while it traced:
 *                   the sum of Rss of /proc/PID/smaps, without mappings of `anon_inode:[perf_event]` and
 *                   `anon_inode:bpf-map`
 *   ringsKb         Rss of those
 *   status          how the tool ended: its exit status, or 128 + the signal
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_ARGS_MAX 128
#define PATIENCE_NS (UINT64_C(180) * 1000000000)
#define MEMORY_EVERY_NS (UINT64_C(100) * 1000000)

struct cpu {
	uint64_t user_ms, system_ms;
};

struct measure {
	const char *ready_file;
	int report;
	pid_t tool, mixture; /* the same where the tool starts the mixture */
	uint64_t spawned_ns, ready_ns, begin_ns, end_ns, gone_ns;
	uint64_t mixture_user_us, mixture_system_us;
	struct cpu before, after;
	uint64_t resident_kb, rings_kb, next_memory_ns;
	char lines[256];
	size_t n_bytes;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void fail(struct measure *measure, const char *what)
{
	fprintf(stderr, "measure: %s\n", what);
	if (measure->tool > 0)
		kill(measure->tool, SIGKILL);
	if (measure->mixture > 0)
		kill(measure->mixture, SIGKILL);
	exit(1);
}

static void check_patience(struct measure *measure, const char *what)
{
	int status;

	if (now_ns() - measure->spawned_ns > PATIENCE_NS)
		fail(measure, what);
	if (measure->end_ns == 0 && waitpid(measure->tool, &status, WNOHANG) == measure->tool) {
		measure->tool = 0;
		fail(measure, "the tool has ended before the calls did");
	}
}

/* ---- what /proc says ------------------------------------------------------------------------ */

static struct cpu read_cpu(pid_t pid)
{
	uint64_t tick_ms = 1000 / (uint64_t)sysconf(_SC_CLK_TCK), user = 0, kernel = 0;
	char path[64], line[1024] = "";
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return (struct cpu){};
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	/* The name may have blanks and brackets in it. */
	name_end = strrchr(line, ')');
	if (name_end)
		sscanf(name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64, &user, &kernel);
	return (struct cpu){ user * tick_ms, kernel * tick_ms };
}

static bool is_ring(const char *header)
{
	return strstr(header, "anon_inode:[perf_event]") || strstr(header, "anon_inode:bpf-map");
}

static void look_at_memory(struct measure *measure)
{
	uint64_t resident_kb = 0, rings_kb = 0, kb;
	char path[64], line[4400];
	bool in_ring = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps", measure->tool);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Rss: %" SCNu64 " kB", &kb) == 1)
			*(in_ring ? &rings_kb : &resident_kb) += kb;
		else if (strchr("0123456789abcdef", line[0]))
			in_ring = is_ring(line);
	}
	if (file)
		fclose(file);
	if (resident_kb > measure->resident_kb)
		measure->resident_kb = resident_kb;
	if (rings_kb > measure->rings_kb)
		measure->rings_kb = rings_kb;
}

/* ---- processes ------------------------------------------------------------------------------ */

static pid_t spawn(char *const *argv)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	execvp(argv[0], argv);
	fprintf(stderr, "measure: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void await_ready(struct measure *measure)
{
	const struct timespec pause = { 0, 500000 };
	struct stat st;

	while (stat(measure->ready_file, &st) < 0 || st.st_size == 0) {
		check_patience(measure, "the tool does not become ready");
		nanosleep(&pause, NULL);
	}
	measure->ready_ns = now_ns();
}

/* What the mixture has said so far. */
static void read_report(struct measure *measure)
{
	ssize_t n = read(measure->report, measure->lines + measure->n_bytes, sizeof(measure->lines) - 1 - measure->n_bytes);
	const char *end;

	if (n <= 0)
		return;
	measure->n_bytes += (size_t)n;
	measure->lines[measure->n_bytes] = '\0';
	if (measure->begin_ns == 0 && sscanf(measure->lines, "begin %" SCNu64 "\n", &measure->begin_ns) == 1)
		measure->before = read_cpu(measure->tool);
	end = strstr(measure->lines, "end ");
	if (end && strchr(end, '\n'))
		sscanf(end, "end %" SCNu64 " %" SCNu64 " %" SCNu64, &measure->end_ns, &measure->mixture_user_us,
		       &measure->mixture_system_us);
}

static void await_calls(struct measure *measure)
{
	while (measure->end_ns == 0) {
		struct pollfd fd = { .fd = measure->report, .events = POLLIN };

		if (poll(&fd, 1, 20) > 0)
			read_report(measure);
		check_patience(measure, "the calls do not end");
		if (measure->begin_ns && now_ns() >= measure->next_memory_ns) {
			look_at_memory(measure);
			measure->next_memory_ns = now_ns() + MEMORY_EVERY_NS;
		}
	}
}

/* Its CPU time is there until it is waited for. */
static int await_end(struct measure *measure)
{
	int status = 0;
	siginfo_t info;

	if (measure->ready_file)
		kill(measure->tool, SIGTERM);
	alarm(PATIENCE_NS / 1000000000); /* then there is nothing to print */
	if (waitid(P_PID, (id_t)measure->tool, &info, WEXITED | WNOWAIT) < 0)
		fail(measure, "the tool cannot be waited for");
	measure->gone_ns = now_ns();
	measure->after = read_cpu(measure->tool);
	waitpid(measure->tool, &status, 0);
	if (measure->mixture != measure->tool)
		waitpid(measure->mixture, NULL, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int run(struct measure *measure, char *const *tool, char *const *mixture)
{
	measure->spawned_ns = now_ns();
	measure->tool = spawn(tool);
	if (measure->tool > 0 && measure->ready_file) {
		await_ready(measure);
		measure->mixture = spawn(mixture);
	} else {
		measure->mixture = measure->tool;
	}
	if (measure->tool < 0 || measure->mixture < 0)
		fail(measure, "no process can be made");
	await_calls(measure);
	if (!measure->ready_file)
		measure->ready_ns = measure->begin_ns;
	return await_end(measure);
}

static double ms(uint64_t from_ns, uint64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e6;
}

static void print(const struct measure *measure, int status)
{
	printf("{\"startMs\":%.2f,\"callsMs\":%.2f,\"allMs\":%.2f", ms(measure->spawned_ns, measure->ready_ns),
	       ms(measure->begin_ns, measure->end_ns), ms(measure->begin_ns, measure->gone_ns));
	printf(",\"toolUserMs\":%" PRIu64 ",\"toolSystemMs\":%" PRIu64 ",\"startCpuMs\":%" PRIu64,
	       measure->after.user_ms - measure->before.user_ms, measure->after.system_ms - measure->before.system_ms,
	       measure->before.user_ms + measure->before.system_ms);
	printf(",\"mixtureUserMs\":%.2f,\"mixtureSystemMs\":%.2f", (double)measure->mixture_user_us / 1e3,
	       (double)measure->mixture_system_us / 1e3);
	printf(",\"residentKb\":%" PRIu64 ",\"ringsKb\":%" PRIu64 ",\"status\":%d}\n", measure->resident_kb, measure->rings_kb,
	       status);
}

/* Splits argv at "--"; the words of the tool without -r are followed by those of the mixture. */
static char *const *split(int argc, char **argv, int from, const char *ready_file, char **tool)
{
	size_t n = 0;
	int i = from;

	if (argc - from >= N_ARGS_MAX)
		return NULL;
	while (i < argc && strcmp(argv[i], "--") != 0)
		tool[n++] = argv[i++];
	for (int j = i + 1; j < argc && !ready_file; j++)
		tool[n++] = argv[j];
	tool[n] = NULL;
	return n && i + 1 < argc ? argv + i + 1 : NULL;
}

int main(int argc, char **argv)
{
	struct measure measure = {};
	char *tool[N_ARGS_MAX + 1], *const *mixture;
	int from = 1;

	if (argc > 3 && strcmp(argv[1], "-r") == 0) {
		measure.ready_file = argv[2];
		from = 3;
	}
	mixture = from < argc ? split(argc, argv, from + 1, measure.ready_file, tool) : NULL;
	if (!mixture) {
		fputs("usage: measure [-r FILE] PIPE [TOOL...] -- MIXTURE...\n", stderr);
		return 2;
	}
	/* Opened for both: so nobody waits for a reader, and there is no end of file. */
	measure.report = open(argv[from], O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (measure.report < 0)
		fail(&measure, "the pipe cannot be opened");
	print(&measure, run(&measure, tool, mixture));
	return 0;
}
