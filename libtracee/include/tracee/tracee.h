/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACEE_TRACEE_H
#define TRACEE_TRACEE_H

/*
 * libtracee: what the builder, the runtime and any other consumer must agree on: which kernel is
 * meant, what an object file holds and whether it may be loaded, and what a record of the ring means.
 *
 * Conventions. Functions return 0 or a negative errno; outputs (ret_*) are untouched on failure. A
 * struct tracee_error, if given, receives one sentence for a person; it may always be NULL. Nothing
 * here writes to a stream. Nothing is thread-safe beyond being free of shared state.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TRACEE_EXPORT __attribute__((visibility("default")))

/* ---- errors --------------------------------------------------------------------------------- */

/* One sentence, outermost context first: `object 'x.o': layout: type 7 leads out of the section`. */
struct tracee_error {
	char text[1024];
};

/* ---- kernel identity ------------------------------------------------------------------------ */

#define TRACEE_RELEASE_MAX 65 /* __NEW_UTS_LEN and the NUL */

enum tracee_arch {
	TRACEE_ARCH_X86_64 = 0,
	TRACEE_ARCH_ARM64 = 1,
	TRACEE_N_ARCHS,
};

struct tracee_kernel {
	char release[TRACEE_RELEASE_MAX]; /* what `uname -r` prints */
	uint32_t version_code;		  /* major << 16 | minor << 8 | patch (at most 255); from the release */
	enum tracee_arch arch;
};

/* Name used in metadata and on command lines: "x86_64", "arm64". */
TRACEE_EXPORT const char *tracee_arch_name(enum tracee_arch arch);

/* Accepts the names above and what uname(1), Debian and the kernel tree say: aarch64, amd64, x86. -EINVAL. */
TRACEE_EXPORT int tracee_arch_parse(const char *name, enum tracee_arch *ret_arch);

/*
 * @release "6.1.0-50-amd64", "5.10-rc1", "4.18.0-193.el8.x86_64": two numbers with a dot, then
 * anything that can stand in a file name. -EINVAL for anything else.
 */
TRACEE_EXPORT int tracee_kernel_parse(const char *release, enum tracee_arch arch,
				      struct tracee_kernel *ret_kernel, struct tracee_error *err);

/* The kernel we run on. -ENOTSUP on an architecture that is neither x86_64 nor arm64. */
TRACEE_EXPORT int tracee_kernel_running(struct tracee_kernel *ret_kernel, struct tracee_error *err);

/* ---- the object file ------------------------------------------------------------------------ */

/*
 * An object is the ELF file of a BPF program with two more sections:
 *   .tracee.layout  BTF of the kernel types that the program reads, for one kernel (absent in a core
 *                   object, which is relocated against the BTF of the kernel that loads it)
 *   .tracee.meta    text, one `key=value` a line, in the order of struct tracee_object_meta; the last
 *                   line is `digest=` and the SHA-256 of the whole file with these 64 digits as '0'.
 * The digest protects against damage, not against people: for those there are the rules of
 * tracee_object_open().
 */
#define TRACEE_OBJECT_ABI 8
#define TRACEE_OBJECT_SIZE_MAX (8u << 20)
#define TRACEE_OBJECT_ANY_RELEASE "any" /* kernel.release of a core object */
#define TRACEE_DIGEST_SIZE 65		/* 64 hexadecimal digits and the NUL */
#define TRACEE_MATCH_MAX 640

enum tracee_tier {
	TRACEE_TIER_BASE = 0, /* 4.18 and later: perf buffer, 4,096 instructions, no loops */
	TRACEE_TIER_RING = 1, /* kernels with a ring buffer (5.8 upstream) */
	TRACEE_N_TIERS,
};

TRACEE_EXPORT const char *tracee_tier_name(enum tracee_tier tier);
TRACEE_EXPORT int tracee_tier_parse(const char *name, enum tracee_tier *ret_tier);

/* Printable ASCII throughout. The comment is the key in the file. */
struct tracee_object_meta {
	uint32_t abi;				 /* abi */
	char version[64];			 /* version: of the tracee that made it */
	char kernel_release[TRACEE_RELEASE_MAX]; /* kernel.release */
	enum tracee_arch kernel_arch;		 /* kernel.arch */
	enum tracee_tier tier;			 /* tier */
	char source[192];			 /* source: what the layout comes from: "btf sha256:…", "headers sha256:…", "none" */
	/*
	 * match: how well the layout is known to be that kernel's. "proven", "exact", "by name", or a grade
	 * with the reason to doubt behind it: "other upload: …"; "none" in a core object.
	 */
	char match[TRACEE_MATCH_MAX];
	char layout_digest[TRACEE_DIGEST_SIZE];	 /* layout: SHA-256 of .tracee.layout; zeros without one */
	char program_digest[TRACEE_DIGEST_SIZE]; /* program: SHA-256 of the ELF file that was packed */
	char clang[128];			 /* clang: version that compiled the program */
	char layout_clang[128];			 /* layout.clang: version that parsed the headers, or "none" */
};

/* A view of an object in memory; all pointers lead into the bytes it was read from. */
struct tracee_object {
	const uint8_t *bytes; /* the whole ELF file */
	size_t size_bytes;
	const uint8_t *layout; /* raw BTF, or NULL */
	size_t layout_size_bytes;
	struct tracee_object_meta meta;
	char digest[TRACEE_DIGEST_SIZE];
};

/*
 * Reads outside bytes: checks the ELF frame, both sections, every metadata line and the digest.
 * @bytes is borrowed and must outlive @ret_object. -EBADMSG with a sentence for whatever is wrong;
 * -EPROTO if the metadata is sound but of another ABI.
 */
TRACEE_EXPORT int tracee_object_read(const void *bytes, size_t size_bytes, struct tracee_object *ret_object,
				     struct tracee_error *err);

/*
 * Packs @program (an ELF64 file without our sections) with @layout (may be NULL, for a core object).
 * meta's digests of layout and program are computed here, whatever the caller put there. @ret_bytes is
 * allocated, free(). Same inputs, same bytes. -EINVAL if @program is not such a file or a value of
 * the metadata is empty or not printable.
 */
TRACEE_EXPORT int tracee_object_write(const void *program, size_t program_size_bytes, const void *layout,
				      size_t layout_size_bytes, const struct tracee_object_meta *meta,
				      uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err);

/* Same text but for an optional leading 'v': "v1.0" and "1.0" are one version. */
TRACEE_EXPORT bool tracee_version_equal(const char *a, const char *b);

/*
 * Whether @object is for @kernel and @version: architecture, release (a core object fits any), version
 * (with or without a leading 'v'). -ESTALE with both values named.
 */
TRACEE_EXPORT int tracee_object_match(const struct tracee_object *object, const struct tracee_kernel *kernel,
				      const char *version, struct tracee_error *err);

/*
 * The file name: tracee.bpf.<release>.<version>.o with every '.' in both made '_' and nothing else
 * changed. For a core object @release is "core" and @arch is not looked at either way: a directory
 * holds objects of one architecture. -ENAMETOOLONG, or -EINVAL if a part is empty or has a '/'.
 */
TRACEE_EXPORT int tracee_object_name(const char *release, const char *version, char *ret_name, size_t size_bytes,
				     struct tracee_error *err);

/* An object file that was opened, found trustworthy and read; what is loaded is what was checked. */
struct tracee_object_file {
	char *path;
	uint8_t *bytes;
	struct tracee_object object; /* a view of bytes */
};

enum tracee_object_owner {
	TRACEE_OWNER_TRUSTED, /* root or the user we run as */
	TRACEE_OWNER_ANY,     /* the operator named this very file */
};

/*
 * Opens @path without following a link in the last component, and trusts it only if it is a regular
 * file with an owner as @owner asks, and neither it nor its directory can be written by group or
 * others; then reads that same open file. -ENOENT, -EACCES (trust), -EBADMSG and -EPROTO (content) or
 * the errno of the call that failed. tracee_object_close() accepts NULL and a zeroed struct.
 */
TRACEE_EXPORT int tracee_object_open(const char *path, enum tracee_object_owner owner,
				     struct tracee_object_file *ret_file, struct tracee_error *err);
TRACEE_EXPORT void tracee_object_close(struct tracee_object_file *file);

/* Where tracee_object_find() looks; all borrowed. */
struct tracee_object_search {
	const struct tracee_kernel *kernel;
	const char *version;
	const char *bpf_file;	    /* TRACEE_BPF_FILE; NULL or "" means not given */
	const char *const *directories; /* in order, ended by NULL; entries of NULL are not skipped */
	const char *core_directory; /* of tracee.bpf.core.<version>.o; NULL: do not look for one */
	/* Told each place and what was found there; may be NULL. */
	void (*tell)(void *context, const char *path, const char *what);
	void *tell_context;
};

/*
 * Finds the object for a kernel by its exact name, with or without a 'v' before the version.
 * bpf_file decides alone when given: a file, or a directory that holds the name. Otherwise the first
 * directory with an object that can be trusted and matches wins; one that is refused is told, and the
 * search goes on, so that nobody can stop us by leaving something in a directory that is everyone's.
 *
 * Returns 0, -ENOENT if there is none (the sentence names the file and the places), or the error of
 * the first object that was refused: -EACCES, -EBADMSG, -EPROTO, -ESTALE (see above).
 */
TRACEE_EXPORT int tracee_object_find(const struct tracee_object_search *search, struct tracee_object_file *ret_file,
				     struct tracee_error *err);

/* ---- event definitions ---------------------------------------------------------------------- */

#define TRACEE_N_ARGS_MAX 8
#define TRACEE_NO_SYSCALL (-1)

enum tracee_arg_kind {
	TRACEE_ARG_INT,	    /* signed, 32 bits */
	TRACEE_ARG_UINT,    /* unsigned, 32 bits */
	TRACEE_ARG_LONG,    /* signed, 64 bits */
	TRACEE_ARG_ULONG,   /* unsigned, 64 bits */
	TRACEE_ARG_POINTER, /* an address; nothing behind it is read */
	TRACEE_ARG_STRING,
	TRACEE_ARG_STRINGS, /* argv, envp */
	TRACEE_ARG_SOCKADDR,
	TRACEE_ARG_SOCKADDR_RESULT, /* the same, given back by the call */
	TRACEE_ARG_STRUCTURE, /* one of enum tracee_structure */
	TRACEE_ARG_BYTES,
	TRACEE_ARG_SYSCALL, /* number of a system call; its name as the contents, which are not in the record */
	TRACEE_ARG_ALERT,   /* what mem_prot_alert tells */
	TRACEE_ARG_CONTENT, /* what the kernel takes in: enum tracee_wire_content of bpf/wire/event.h, and its word as the contents */
	TRACEE_ARG_WAY,	    /* how something came about: enum tracee_wire_way, the same way */
	TRACEE_ARG_MEMORY,  /* what memory is of: enum tracee_wire_memory */
};

/* Structures that calls hand in, as include/uapi/ of the kernel has them. Those that they fill in are POINTER. */
enum tracee_structure {
	TRACEE_STRUCTURE_NONE,
	TRACEE_STRUCTURE_OPEN_HOW,
	TRACEE_STRUCTURE_CLONE_ARGS,
	TRACEE_STRUCTURE_MOUNT_ATTR,
	TRACEE_STRUCTURE_TIMESPEC,
	TRACEE_STRUCTURE_TIMESPECS, /* two */
	TRACEE_STRUCTURE_TIMEVAL,
	TRACEE_STRUCTURE_TIMEVALS, /* two */
	TRACEE_STRUCTURE_ITIMERSPEC,
	TRACEE_STRUCTURE_ITIMERVAL,
	TRACEE_STRUCTURE_UTIMBUF,
	TRACEE_STRUCTURE_RLIMIT,
	TRACEE_STRUCTURE_RLIMIT64,
	TRACEE_STRUCTURE_EPOLL_EVENT,
	TRACEE_STRUCTURE_SCHED_PARAM,
	TRACEE_STRUCTURE_SCHED_ATTR,
	TRACEE_STRUCTURE_SIGACTION,
	TRACEE_STRUCTURE_MQ_ATTR,
};

struct tracee_arg_def {
	const char *name;
	const char *type; /* as C spells it: "const char*" */
	enum tracee_arg_kind kind;
	bool is_descriptor; /* of an open file of the caller */
	enum tracee_structure structure; /* of kind STRUCTURE */
};

struct tracee_event_def {
	/*
	 * Number on x86_64; from 1000 of an event that is not a system call; from 2000 that many more than the
	 * number of a call which only 32-bit processes of x86_64 have.
	 */
	uint32_t id;
	const char *name;
	bool is_syscall;
	bool is_default;  /* member of the set `default` */
	int16_t nr[TRACEE_N_ARCHS]; /* system call number of 64-bit processes by enum tracee_arch, or TRACEE_NO_SYSCALL */
	const char *sets; /* names with one space between, "" if none */
	uint8_t n_args;
	struct tracee_arg_def args[TRACEE_N_ARGS_MAX];
};

/* All definitions, by ascending id, in static memory. */
TRACEE_EXPORT const struct tracee_event_def *tracee_events(size_t *ret_n);
/* NULL if there is none. Names are case-sensitive. */
TRACEE_EXPORT const struct tracee_event_def *tracee_event_by_name(const char *name);
TRACEE_EXPORT const struct tracee_event_def *tracee_event_by_slot(enum tracee_arch arch, uint32_t slot);
/*
 * Index of @event in the maps of the program (bpf/wire/event.h); -ENOENT if @arch does not have it. A system call
 * has further slots for 32-bit processes: see tracee_compat_calls().
 */
TRACEE_EXPORT int tracee_event_slot(const struct tracee_event_def *event, enum tracee_arch arch);
/* The number that users know it by: of a system call that of @arch, where it has one. */
TRACEE_EXPORT uint32_t tracee_event_number(const struct tracee_event_def *event, enum tracee_arch arch);
TRACEE_EXPORT bool tracee_event_in_set(const struct tracee_event_def *event, const char *set);

/*
 * A system call of 32-bit processes, which have a table of their own, and the event that it is reported as: the
 * call of the same purpose, or one that 64-bit processes do not have.
 */
struct tracee_compat_call {
	uint16_t nr;
	const char *name;	/* "mmap2" */
	uint16_t event;		/* index into tracee_events() */
	int8_t halves[2];	/* arguments of the event that come as two, the lower half first; -1: none */
	int8_t pages;		/* the argument that counts in 4096 bytes; -1: none */
	uint8_t places[TRACEE_N_ARGS_MAX]; /* where the program finds each argument of the event */
};

/* The table of 32-bit processes on @arch (i386, AArch32), by ascending number, in static memory. */
TRACEE_EXPORT const struct tracee_compat_call *tracee_compat_calls(enum tracee_arch arch, size_t *ret_n);
/* The call that @slot is for; NULL if it is not one of them. */
TRACEE_EXPORT const struct tracee_compat_call *tracee_compat_by_slot(enum tracee_arch arch, uint32_t slot);
/* Where the program finds the argument @arg of the event. */
TRACEE_EXPORT unsigned int tracee_compat_position(const struct tracee_compat_call *call, unsigned int arg);

/* Names of all sets, sorted, ended by NULL, in static memory. */
TRACEE_EXPORT const char *const *tracee_event_sets(void);

/* ---- the decoder ---------------------------------------------------------------------------- */

/* One decoded argument. Text is not terminated and may hold any byte; it leads into the record. */
struct tracee_value {
	uint64_t number; /* the scalar, sign-extended for signed kinds; for text the address it was read from */
	/*
	 * Contents for STRING, STRINGS, SOCKADDR*, STRUCTURE, BYTES, SYSCALL, CONTENT, WAY, MEMORY, and the path of the file for a
	 * descriptor, if it was asked for; NULL if there are none.
	 */
	const uint8_t *bytes;
	uint32_t size_bytes;
	bool is_cut;	 /* there was more than could be taken */
	bool is_unreadable; /* the memory could not be read */
};

/* The file that a process runs. */
struct tracee_executable {
	uint64_t inode;
	uint32_t dev;		/* dev_t of the kernel: 20 bits of minor */
	uint32_t uid;		/* owner */
	uint32_t mode;
	uint32_t links;		/* names it has; 0: none any more */
	const uint8_t *path;	/* as its mount namespace has it; the last name alone from objects of tier base; or NULL */
	uint32_t path_size_bytes;
};

struct tracee_event {
	const struct tracee_event_def *def;
	uint32_t slot;
	const struct tracee_compat_call *compat; /* of a 32-bit process; NULL: of a 64-bit one */
	const struct tracee_event_def *syscall;	 /* that led to an event of the kernel; NULL: not known */
	const uint8_t *stack;			 /* 64-bit addresses, unaligned, the innermost first; NULL: not asked for */
	uint32_t n_stack;
	const uint8_t *ancestors;		 /* for tracee_event_ancestor(); NULL: not told, as of what is no finding */
	uint32_t n_ancestors;
	bool is_forked;				 /* the process has executed nothing since; told of what is a finding, as the next */
	bool has_executable;
	struct tracee_executable executable;
	uint64_t time_ns;	/* CLOCK_MONOTONIC */
	uint64_t start_time_ns;
	uint64_t cgroup_id;
	int64_t ret;
	uint32_t host_pid, host_tid, host_ppid;
	uint32_t pid, tid, ppid;
	uint32_t uid;
	uint32_t mnt_ns, pid_ns;
	char comm[17];
	char host_name[73];
	char container_id[65]; /* 64 hexadecimal digits, or "" on the host */
	struct tracee_value args[TRACEE_N_ARGS_MAX]; /* def->n_args of them */
};

/*
 * Decodes one record as the BPF program wrote it on @arch. @record is borrowed and must outlive
 * @ret_event; it is outside bytes, every size is checked. -EBADMSG with a sentence.
 */
TRACEE_EXPORT int tracee_event_decode(const void *record, size_t size_bytes, enum tracee_arch arch,
				      struct tracee_event *ret_event, struct tracee_error *err);

/* A process that another one descends from, as the kernel knew it when the event happened. */
struct tracee_ancestor {
	uint64_t start_time_ns; /* CLOCK_MONOTONIC */
	uint32_t host_pid;	/* as the initial pid namespace counts */
	uint32_t uid;		/* real user, as the initial user namespace counts */
	char comm[17];
};

/* The parent of @event's process for @i = 0, its parent for 1, …, below event->n_ancestors. */
TRACEE_EXPORT void tracee_event_ancestor(const struct tracee_event *event, uint32_t i, struct tracee_ancestor *ret_ancestor);

/*
 * The container id in the name of a cgroup, as Docker, containerd, CRI-O and podman write it: 64
 * hexadecimal digits, alone or between "<runtime>-" and ".scope". False if there is none, and for what
 * watches over a container from outside ("<runtime>-conmon-<id>.scope").
 */
TRACEE_EXPORT bool tracee_container_id(const char *cgroup_name, size_t size_bytes, char ret_id[65]);

#ifdef __cplusplus
}
#endif
#endif
