// SPDX-License-Identifier: Apache-2.0
#include "runtime/containers/names.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "libtracee/base/error.h"
#include "runtime/keeper.h"
#include "runtime/log.h"
#include "runtime/seccomp.h"

#define ID_SIZE 65
#define N_KEPT 1024	   /* containers, a power of two; when there are more, all are asked for anew */
#define N_TRIES 5
#define RETRY_NS UINT64_C(1000000000)
#define ANSWER_TIMEOUT_US 200000

struct kept {
	char id[ID_SIZE]; /* "": free */
	struct container_label label;
	unsigned int n_tries; /* that found nothing; 0: it is known */
	uint64_t asked_ns;    /* time of the event that asked last */
};

struct container_names {
	struct keeper keeper;
	size_t n;
	struct kept kept[N_KEPT];
};

struct question {
	char id[ID_SIZE];
};

struct answer {
	char id[ID_SIZE]; /* of the question */
	uint8_t is_known;
	struct container_label label;
};

/* ---- the keeper's side ---------------------------------------------------------------------- */

static bool is_id(const char *id)
{
	return strlen(id) == ID_SIZE - 1 && strspn(id, "0123456789abcdef") == ID_SIZE - 1;
}

static void serve(int socket, const void *context)
{
	const char *root = context;
	struct question question;

	json_object_seed(0); /* takes random numbers, for which no file can be opened later */
	if (seccomp_close_but_reading(NULL) < 0)
		return;
	while (recv(socket, &question, sizeof(question), MSG_WAITALL) == sizeof(question)) {
		struct answer answer = {};

		question.id[ID_SIZE - 1] = '\0';
		memcpy(answer.id, question.id, sizeof(answer.id));
		if (is_id(question.id))
			answer.is_known = container_state_find(root, question.id, &answer.label) > 0;
		if (send(socket, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			break;
	}
}

/* ---- our side ------------------------------------------------------------------------------- */

static int check_root(const char *root, struct tracee_error *err)
{
	struct stat st;

	if (stat(root, &st) < 0)
		return error_errno(err, -errno, "host-root '%s'", root);
	return S_ISDIR(st.st_mode) ? 0 : error_errno(err, -ENOTDIR, "host-root '%s'", root);
}

int container_names_new(const char *root, struct container_names **ret_names, struct tracee_error *err)
{
	const struct timeval timeout = { .tv_usec = ANSWER_TIMEOUT_US };
	struct container_names *names;
	int r = check_root(root, err);

	if (r < 0)
		return r;
	names = calloc(1, sizeof(*names));
	if (!names)
		return error_errno(err, -ENOMEM, "names of containers");
	names->keeper.fd = -1;
	r = keeper_start("tracee-names", CAP_DAC_READ_SEARCH, serve, root, &names->keeper);
	if (r == 0 && setsockopt(names->keeper.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0)
		r = -errno;
	if (r < 0) {
		container_names_free(names);
		return error_errno(err, r, "the process that reads names of containers");
	}
	*ret_names = names;
	return 0;
}

void container_names_free(struct container_names *names)
{
	if (!names)
		return;
	keeper_stop(&names->keeper);
	free(names);
}

pid_t container_names_pid(const struct container_names *names)
{
	return names->keeper.pid;
}

/* A stream may hand over an answer in parts. False if none came in time, or another one. */
static bool receive(int socket, const char *id, struct answer *ret_answer)
{
	size_t n = 0;

	while (n < sizeof(*ret_answer)) {
		ssize_t more = read(socket, (char *)ret_answer + n, sizeof(*ret_answer) - n);

		if (more == 0 || (more < 0 && errno != EINTR))
			return false;
		n += more > 0 ? (size_t)more : 0;
	}
	ret_answer->label.name[sizeof(ret_answer->label.name) - 1] = '\0';
	ret_answer->label.image[sizeof(ret_answer->label.image) - 1] = '\0';
	return memcmp(ret_answer->id, id, ID_SIZE) == 0;
}

/* Who does not answer is asked no more: the answer would come to another question. */
static void ask(struct container_names *names, struct kept *kept)
{
	struct question question;
	struct answer answer;

	kept->n_tries++;
	if (names->keeper.fd < 0)
		return;
	memcpy(question.id, kept->id, sizeof(question.id));
	if (write(names->keeper.fd, &question, sizeof(question)) != sizeof(question) ||
	    !receive(names->keeper.fd, kept->id, &answer)) {
		log_warning("the process that reads names of containers does not answer: from now on they are not told");
		close(names->keeper.fd);
		names->keeper.fd = -1;
		return;
	}
	if (answer.is_known) {
		kept->label = answer.label;
		kept->n_tries = 0;
	}
}

static struct kept *slot_of(struct container_names *names, const char *id)
{
	size_t at = 0;

	/* Its digits are as good as random. */
	for (unsigned int i = 0; i < 8; i++)
		at = at * 31 + (unsigned char)id[i];
	while (names->kept[at % N_KEPT].id[0] && memcmp(names->kept[at % N_KEPT].id, id, ID_SIZE) != 0)
		at++;
	return &names->kept[at % N_KEPT];
}

static struct kept *add(struct container_names *names, const char *id)
{
	struct kept *kept;

	if (names->n == N_KEPT / 4 * 3) {
		memset(names->kept, 0, sizeof(names->kept));
		names->n = 0;
	}
	kept = slot_of(names, id);
	memcpy(kept->id, id, ID_SIZE);
	names->n++;
	return kept;
}

const struct container_label *container_names_of(struct container_names *names, const struct tracee_event *event)
{
	static const struct container_label none;
	struct kept *kept;

	if (!event->container_id[0])
		return &none;
	kept = slot_of(names, event->container_id);
	if (!kept->id[0])
		kept = add(names, event->container_id);
	else if (!kept->n_tries || kept->n_tries == N_TRIES || event->time_ns - kept->asked_ns < RETRY_NS)
		return &kept->label;
	kept->asked_ns = event->time_ns;
	ask(names, kept);
	return &kept->label;
}
