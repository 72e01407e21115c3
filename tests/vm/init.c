// SPDX-License-Identifier: Apache-2.0
/*
 * The first process of the guest. Mounts what a host has, runs the steps of /plan one after the
 * other, and hands each step's output out through a second serial port as a cpio archive (newc),
 * which keeps what was written before a crash. Then powers off. The kernel's command line says which
 * port that is (results=/dev/ttyS1): the kernel puts words that it does not know into our environment.
 *
 * /plan, one step a line, words separated by one or more spaces, no quoting:
 *   run NAME [user=UID] [caps=CAP,…] [env=KEY=VALUE] [timeout=SECONDS] [background] [discard] [nobtf] --
 *       PROGRAM ARGUMENT…
 *   await PATH SECONDS      until a file is there
 *   look NAME               hands out /proc/PID/status of a background step as NAME.proc
 *   stop NAME               SIGTERM to a background step, and wait for it
 * `discard` lets standard output go nowhere. `nobtf` hides the kernel's BTF from the step, so that it sees
 * what a kernel without any shows.
 * Of each step, NAME.out, NAME.err and NAME.status come out; the status is that of a shell (128 and
 * the signal for a killed one), or `timeout`. NAME.pid has the process id. `await` writes await.err
 * if it waited in vain.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define OUT "/out"
#define N_WORDS 64
#define N_STEPS 512
#define TIMEOUT_S 120 /* of a step that names none; emulated processors are slow */
#define STOP_S 30 /* from SIGTERM to SIGKILL */

struct step {
	char name[64];
	pid_t pid; /* 0 once it is over */
	int status; /* of waitpid(2) */
};

struct options {
	unsigned int uid;
	uint64_t caps;
	bool has_uid, background, discard, nobtf;
	int timeout_s;
	const char *env[8];
	size_t n_env;
};

static struct step steps[N_STEPS];
static size_t n_steps;
static int results = -1;

static void say(const char *what, const char *name)
{
	fprintf(stderr, "init: %s%s%s\n", what, name ? " " : "", name ? name : "");
}

static void die(const char *what)
{
	fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- the world ------------------------------------------------------------------------------ */

static void mount_all(void)
{
	static const struct {
		const char *type, *at, *data;
	} mounts[] = {
		{ "proc", "/proc", NULL },
		{ "sysfs", "/sys", NULL },
		{ "devtmpfs", "/dev", NULL },
		{ "devpts", "/dev/pts", "ptmxmode=0666" },
		{ "tmpfs", "/tmp", "mode=1777" },
		{ "tmpfs", "/run", "mode=1777" },
		{ "cgroup2", "/sys/fs/cgroup", NULL },
		{ "tracefs", "/sys/kernel/tracing", NULL },
		{ "securityfs", "/sys/kernel/security", NULL },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].at, 0755);
		if (mount(mounts[i].type, mounts[i].at, mounts[i].type, 0, mounts[i].data) < 0)
			fprintf(stderr, "init: mount of %s: %s\n", mounts[i].at, strerror(errno));
	}
	mkdir("/dev/shm", 01777);
	mkdir(OUT, 0755);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		fprintf(stderr, "init: lo does not come up: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void results_open(void)
{
	const char *port = getenv("results");
	struct termios t;

	if (!port) {
		errno = EINVAL;
		die("no results= on the kernel's command line");
	}
	results = open(port, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (results < 0 || tcgetattr(results, &t) < 0)
		die(port);
	cfmakeraw(&t);
	tcsetattr(results, TCSANOW, &t);
}

static void write_all(int fd, const void *bytes, size_t size)
{
	const char *p = bytes;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			die("write of results");
		p += n;
		size -= n;
	}
}

/* ---- results: cpio, format newc (cpio(5)) ----------------------------------------------------- */

static void cpio_entry(const char *name, const void *bytes, size_t size)
{
	static const char zeros[4];
	static unsigned int inode;
	char header[111];
	size_t name_size = strlen(name) + 1;

	inode++;
	snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", inode,
		 (unsigned int)(S_IFREG | 0644), 0u, 0u, 1u, 0u, (unsigned int)size, 0u, 0u, 0u, 0u,
		 (unsigned int)name_size, 0u);
	write_all(results, header, 110);
	write_all(results, name, name_size);
	write_all(results, zeros, -(110 + name_size) & 3);
	write_all(results, bytes, size);
	write_all(results, zeros, -size & 3);
}

static void hand_out_file(const char *name)
{
	char path[128];
	struct stat st;
	char *bytes;
	int fd;

	snprintf(path, sizeof(path), OUT "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		die(path);
	bytes = malloc(st.st_size + 1);
	if (!bytes || read(fd, bytes, st.st_size) != st.st_size)
		die(path);
	cpio_entry(name, bytes, st.st_size);
	free(bytes);
	close(fd);
}

static void hand_out_text(const char *name, const char *suffix, const char *text)
{
	char file[80];

	snprintf(file, sizeof(file), "%s.%s", name, suffix);
	cpio_entry(file, text, strlen(text));
}

static void hand_out(const struct step *step, bool timed_out)
{
	char file[80], text[32];
	int code = WIFSIGNALED(step->status) ? 128 + WTERMSIG(step->status) : WEXITSTATUS(step->status);

	snprintf(file, sizeof(file), "%s.out", step->name);
	hand_out_file(file);
	snprintf(file, sizeof(file), "%s.err", step->name);
	hand_out_file(file);
	snprintf(text, sizeof(text), "%d\n", code);
	hand_out_text(step->name, "status", timed_out ? "timeout\n" : text);
	fprintf(stderr, "init: %s ended with status %s", step->name, timed_out ? "timeout\n" : text);
}

/* ---- steps ------------------------------------------------------------------------------------ */

static uint64_t caps_parse(char *list)
{
	static const struct {
		const char *name;
		int cap;
	} known[] = {
		{ "bpf", 39 }, { "perfmon", 38 }, { "sys_admin", 21 }, { "sys_resource", 24 }, { "syslog", 34 }
	};
	uint64_t caps = 0;

	for (char *save, *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && strcmp(known[i].name, name) != 0)
			i++;
		if (i == sizeof(known) / sizeof(known[0])) {
			say("unknown capability", name);
			errno = EINVAL;
			die("plan");
		}
		caps |= 1ull << known[i].cap;
	}
	return caps;
}

static void option_parse(char *word, struct options *options)
{
	if (strncmp(word, "user=", 5) == 0) {
		options->has_uid = true;
		options->uid = atoi(word + 5);
	} else if (strncmp(word, "caps=", 5) == 0) {
		options->caps = caps_parse(word + 5);
	} else if (strncmp(word, "env=", 4) == 0 && options->n_env < 7) {
		options->env[options->n_env++] = word + 4;
	} else if (strncmp(word, "timeout=", 8) == 0) {
		options->timeout_s = atoi(word + 8);
	} else if (strcmp(word, "discard") == 0) {
		options->discard = true;
	} else if (strcmp(word, "nobtf") == 0) {
		options->nobtf = true;
	} else if (strcmp(word, "background") == 0) {
		options->background = true;
	} else {
		say("unknown word in the plan:", word);
		errno = EINVAL;
		die("plan");
	}
}

/* Another user, who keeps @caps over the next execve as ambient capabilities. */
static void become(const struct options *options)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || syscall(SYS_setgroups, 0, NULL) < 0 ||
	    syscall(SYS_setresgid, options->uid, options->uid, options->uid) < 0 ||
	    syscall(SYS_setresuid, options->uid, options->uid, options->uid) < 0)
		die("change of user");
	for (int i = 0; i < 2; i++)
		data[i].permitted = data[i].effective = data[i].inheritable = options->caps >> (32 * i);
	if (syscall(SYS_capset, &header, data) < 0)
		die("capset");
	for (int cap = 0; cap < 64; cap++) {
		if ((options->caps >> cap & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			die("ambient capability");
	}
}

/* An empty directory over the one of BTF, seen from this process on only. */
static void hide_btf(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/sys/kernel/btf", "tmpfs", 0, "size=4k") < 0)
		die("hiding /sys/kernel/btf");
}

static int output_open(const char *name, const char *suffix)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), OUT "/%s.%s", name, suffix);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		die(path);
	return fd;
}

static void step_exec(const char *name, struct options *options, char **argv)
{
	int out = output_open(name, "out"), err = output_open(name, "err");
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setsid();
	dup2(in, 0);
	dup2(options->discard ? open("/dev/null", O_WRONLY | O_CLOEXEC) : out, 1);
	dup2(err, 2);
	if (options->nobtf)
		hide_btf();
	if (options->has_uid)
		become(options);
	execve(argv[0], argv, (char **)options->env);
	fprintf(stderr, "init: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void reaped(pid_t pid, int status)
{
	for (size_t i = 0; i < n_steps; i++) {
		if (steps[i].pid == pid) {
			steps[i].pid = 0;
			steps[i].status = status;
		}
	}
}

static void reap(void)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		reaped(pid, status);
}

/* Whether @step ended within the time. */
static bool step_wait(const struct step *step, int timeout_s)
{
	int64_t until = now_ms() + timeout_s * 1000;

	for (;;) {
		reap();
		if (!step->pid)
			return true;
		if (now_ms() >= until)
			return false;
		sleep_ms(10);
	}
}

static void step_finish(struct step *step, int timeout_s)
{
	bool in_time = step_wait(step, timeout_s);

	if (!in_time) {
		kill(-step->pid, SIGKILL);
		kill(step->pid, SIGKILL);
		step_wait(step, STOP_S);
	}
	hand_out(step, !in_time);
}

static void run(char **words)
{
	struct options options = { .timeout_s = TIMEOUT_S, .env = { "PATH=/bin", "HOME=/" }, .n_env = 2 };
	struct step *step = &steps[n_steps++];
	char pid[16];
	int i = 1;

	if (n_steps == N_STEPS)
		die("too many steps");
	for (; words[i] && strcmp(words[i], "--") != 0; i++)
		option_parse(words[i], &options);
	if (!words[i] || !words[i + 1])
		die("a step without a program");
	snprintf(step->name, sizeof(step->name), "%s", words[0]);
	say("runs", step->name);
	step->pid = fork();
	if (step->pid < 0)
		die("fork");
	if (step->pid == 0)
		step_exec(step->name, &options, words + i + 1);
	snprintf(pid, sizeof(pid), "%d\n", step->pid);
	hand_out_text(step->name, "pid", pid);
	if (!options.background)
		step_finish(step, options.timeout_s);
}

static void stop(const char *name)
{
	for (size_t i = 0; i < n_steps; i++) {
		if (strcmp(steps[i].name, name) != 0)
			continue;
		reap();
		if (steps[i].pid)
			kill(steps[i].pid, SIGTERM);
		step_finish(&steps[i], STOP_S);
		return;
	}
	say("no such step:", name);
}

static void look(const char *name)
{
	char path[64], text[4096];
	ssize_t n = -1;
	int fd;

	for (size_t i = 0; i < n_steps; i++) {
		if (strcmp(steps[i].name, name) != 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/status", steps[i].pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	hand_out_text(name, "proc", text);
}

static void await(const char *path, int timeout_s)
{
	int64_t until = now_ms() + timeout_s * 1000;

	while (access(path, F_OK) < 0) {
		reap();
		if (now_ms() >= until) {
			say("not there in time:", path);
			hand_out_text("await", "err", path);
			return;
		}
		sleep_ms(20);
	}
}

static void do_line(char *line)
{
	char *words[N_WORDS] = { 0 };
	size_t n = 0;

	for (char *save, *word = strtok_r(line, " \n", &save); word && n < N_WORDS - 1;
	     word = strtok_r(NULL, " \n", &save))
		words[n++] = word;
	if (n == 0 || words[0][0] == '#')
		return;
	if (strcmp(words[0], "run") == 0 && n >= 4)
		run(words + 1);
	else if (strcmp(words[0], "await") == 0 && n == 3)
		await(words[1], atoi(words[2]));
	else if (strcmp(words[0], "look") == 0 && n == 2)
		look(words[1]);
	else if (strcmp(words[0], "stop") == 0 && n == 2)
		stop(words[1]);
	else
		say("not understood in the plan:", words[0]);
}

int main(void)
{
	char line[4096];
	FILE *plan;

	mount_all();
	loopback_up();
	results_open();
	if (sethostname("guest.example", 13) < 0)
		die("sethostname");
	plan = fopen("/plan", "re");
	if (!plan)
		die("/plan");
	while (fgets(line, sizeof(line), plan))
		do_line(line);
	fclose(plan);
	cpio_entry("TRAILER!!!", "", 0);
	tcdrain(results);
	say("powers off", NULL);
	errno = 0;
	die("end");
}
