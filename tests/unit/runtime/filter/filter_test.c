// SPDX-License-Identifier: Apache-2.0
/* Every line of the grammar of --trace: what is refused and how, what matches and what does not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/filter/filter.h"
#include "tests/unit/runtime/record.h"

static struct filter filter;
static struct selection selection;
static struct tracee_error err;
static struct record record;
static struct tracee_event event;
static struct filter_facts facts;
static const char *cgroup_path;
static struct text scratch;

static int begin(void **state)
{
	(void)state;
	filter_init(&filter, TRACEE_ARCH_X86_64);
	selection_init(&selection, TRACEE_ARCH_X86_64);
	memset(&facts, 0, sizeof(facts));
	text_init(&scratch, 1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	filter_done(&filter);
	text_done(&scratch);
	return 0;
}

static int add(const char *expression)
{
	return filter_add(&filter, &selection, expression, &err);
}

/* Forgets what there was, and takes expressions that are separated by one space. */
static void ask(const char *expressions)
{
	char copy[512], *p = copy, *word;

	filter_done(&filter);
	selection_init(&selection, TRACEE_ARCH_X86_64);
	strcpy(copy, expressions);
	while ((word = strsep(&p, " ")) != NULL) {
		if (add(word) < 0)
			fail_msg("%s", err.text);
	}
}

static bool matches(void)
{
	record_decode(&record, &event);
	facts.is_cgroup_accepted = text_filter_accepts(&filter.texts[FILTER_CGROUP], cgroup_path,
						       cgroup_path ? strlen(cgroup_path) : 0);
	return filter_matches(&filter, &event, &facts, &scratch);
}

static void expect(bool expected, const char *expressions)
{
	ask(expressions);
	if (matches() != expected)
		fail_msg("'%s' %s", expressions, expected ? "does not match" : "matches");
}

static void expect_error(const char *expression, const char *part)
{
	if (add(expression) != -EINVAL)
		fail_msg("'%s' is not refused", expression);
	if (!strstr(err.text, part))
		fail_msg("'%s': expected '%s' in: %s", expression, part, err.text);
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void numbers_are_decimal_and_within_their_field(void **state)
{
	(void)state;
	expect_error("uid==0", "operator '==' is not known: expected one of = != < >");
	expect_error("mntns==0", "operator '=='");
	expect_error("uid<=0", "operator '<='");
	expect_error("uid>=0", "operator '>='");
	expect_error("uid=a", "'a' is not a number for 'uid': expected decimal, 0 to 4294967295");
	expect_error("pidns=a", "'a' is not a number for 'pidns'");
	expect_error("uid=4294967296", "0 to 4294967295");
	expect_error("uid=-1", "'-1' is not a number");
	expect_error("mntns=-1", "0 to 18446744073709551615");
	expect_error("mntns=18446744073709551616", "0 to 18446744073709551615");
	expect_error("uid=1 1", "'1 1'");
	expect_error("uid=007", "'007'");
	expect_error("uid=0x10", "'0x10'");
	expect_error("uid=", "no value behind '='");
	expect_error("mntns=", "no value behind '='");
	expect_error("uid=1,", "a value is empty");
	expect_error("tid=new", "'new' is not a number for 'tid'");
	expect_error("pid<new", "does not go with 'new'");
}

static void fields_are_known_and_case_sensitive(void **state)
{
	char word[3000];

	(void)state;
	expect_error("UID>0", "field 'UID' is not known: expected one of comm, container, event,");
	expect_error("test=0", "field 'test'");
	expect_error("mnt=0", "field 'mnt'");
	expect_error("com=a", "field 'com'");
	expect_error("uid\t", "field 'uid\t'");
	expect_error("uid", "expected 'uid=VALUE' or 'uid!=VALUE', or < or > and a number");
	expect_error("comm", "expected 'comm=VALUE' or 'comm!=VALUE'");
	expect_error("openat", "expected 'event=openat'");
	expect_error("image=/bin/sh", "field 'image'");
	expect_error("follow=1", "takes no value");
	expect_error("!follow", "'!'");
	expect_error("!uid", "expected 'uid!=VALUE'");
	expect_error("!uid=0", "expected 'uid!=");
	expect_error("uid!0", "operator '!'");
	expect_error("", "no field");
	expect_error("!", "no field");
	expect_error("!=3", "no field");
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	expect_error(word, "is not known");
	memcpy(word + 2000, "=5", 2);
	expect_error(word, "is not known");
	word[1000] = '.';
	expect_error(word, "too long");
	memcpy(word, "uid=", 4);
	memset(word + 4, '1', 2000);
	expect_error(word, "is not a number");
}

static void texts_have_no_order_and_fit_their_field(void **state)
{
	(void)state;
	expect_error("comm<a", "operator '<' does not go with 'comm': expected '=' or '!='");
	expect_error("container>1", "operator '>'");
	expect_error("comm=1234567890123456", "has 16 bytes, and no 'comm' has more than 15");
	assert_int_equal(add("comm=123456789012345"), 0);
	assert_int_equal(add("comm=*123456789012345*"), 0);
	expect_error("uts=12345678901234567890123456789012345678901234567890123456789012345", "more than 64");
	expect_error("cgroup=system.slice", "expected one that begins with '/'");
	expect_error("binary=cat", "expected one that begins with '/' or '*'");
	expect_error("binary", "expected 'binary=VALUE' or 'binary!=VALUE'");
	expect_error("comm=", "no value");
	expect_error("comm=a,,b", "a value is empty");
}

static void containers_are_named_by_hexadecimal_digits(void **state)
{
	(void)state;
	expect_error("container=abc", "expected 4 to 64 digits");
	expect_error("container=ABCD", "neither 'new' nor the beginning");
	expect_error("container=newer", "neither 'new'");
	expect_error("container=00000000000000000000000000000000000000000000000000000000000000000", "4 to 64");
	assert_int_equal(add("container"), 0);
	expect_error("!container", "the contrary");
	assert_int_equal(add("container=new"), 0);
	expect_error("container!=new", "the contrary");
}

static void arguments_belong_to_their_event(void **state)
{
	(void)state;
	expect_error("open.", "no argument behind the dot");
	expect_error("open.=5", "no argument behind the dot");
	expect_error("nosuch.arg", "event 'nosuch' is not known");
	expect_error("open.nosuch=5",
		     "event 'open' has no argument 'nosuch': expected one of pathname, flags, mode, retval");
	expect_error(".retval", "no event before the dot");
	expect_error("open.retvall", "no argument 'retvall'");
	expect_error("open.retval", "has no operator");
	expect_error("sched_process_exec.retval=0", "has no return value");
	expect_error("sched_process_exec.argc=0", "expected one of pathname, argv, envp, dev, inode");
	expect_error("exit.error_code=0", "'sched_process_exit'");
	expect_error("!open.flags=0", "'!'");
}

static void values_of_arguments_are_what_the_argument_can_be(void **state)
{
	(void)state;
	expect_error("open.retval=a", "'a' is not a number for 'retval'");
	expect_error("open.retval==1", "operator '=='");
	expect_error("open.retval=9223372036854775808", "-9223372036854775808 to 9223372036854775807");
	expect_error("openat.dirfd=2147483648", "-2147483648 to 2147483647");
	expect_error("mmap.length=PAGE", "'PAGE' is not a number for 'length'"); /* has no names */
	expect_error("mmap.length=-1", "0 to 18446744073709551615");
	expect_error("mmap.prot=08", "'08' is not a number");
	expect_error("mmap.prot<PROT_READ", "is not a number for 'prot'");
	expect_error("mmap.addr=0xg", "or 0x and hexadecimal digits");
	expect_error("mmap.addr=0x", "or 0x and hexadecimal digits");
	expect_error("mmap.addr=0x10000000000000000", "or 0x and hexadecimal digits");
	expect_error("openat.pathname<a", "'pathname' is none: expected '=' or '!='");
	expect_error("openat.pathname=a,", "a value is empty");
	expect_error("openat.pathname=", "no value");
}

static void lists_have_a_limit(void **state)
{
	char expression[32];

	(void)state;
	for (unsigned int i = 0; i < FILTER_N_VALUES_MAX; i++) {
		snprintf(expression, sizeof(expression), "uid=%u", i);
		assert_int_equal(add(expression), 0);
		snprintf(expression, sizeof(expression), "comm=%u", i);
		assert_int_equal(add(expression), 0);
		snprintf(expression, sizeof(expression), "openat.flags=%u", i);
		assert_int_equal(add(expression), 0);
	}
	assert_int_equal(add("uid=5"), 0); /* is there already */
	assert_int_equal(add("uid=5000"), -E2BIG);
	assert_non_null(strstr(err.text, "field 'uid' has more than 1024 values"));
	assert_int_equal(add("comm=5000"), -E2BIG);
	assert_int_equal(add("openat.flags=5000"), -E2BIG);
	assert_non_null(strstr(err.text, "'flags' has more than 1024 values"));
}

static void arguments_have_a_limit(void **state)
{
	size_t n, n_added = 0;
	const struct tracee_event_def *events = tracee_events(&n);
	char expression[64];
	int r = 0;

	(void)state;
	for (size_t i = 0; i < n && r == 0; i++) {
		if (!events[i].is_syscall || !selection_can_trace(&events[i], TRACEE_ARCH_X86_64))
			continue;
		snprintf(expression, sizeof(expression), "%s.retval=0", events[i].name);
		r = add(expression);
		n_added += r == 0;
	}
	assert_int_equal(r, -E2BIG);
	assert_int_equal(n_added, FILTER_N_ARGUMENTS_MAX);
	assert_int_equal(add("read.retval=1"), 0); /* one of those that are there */
}

static void what_users_know_is_accepted(void **state)
{
	static const char *const expressions[] = {
		"uid=0",
		"uid!=0",
		"uid>0",
		"uid<0",
		"mntns=0",
		"pidns!=0",
		"comm=ls",
		"uts!=abc",
		"container",
		"container=new",
		"c",
		"openat.pathname=/bin/ls,/tmp/x",
		"openat.retval=2",
		"openat.retval>1",
		"openat.pathname!=/etc/passwd",
		"event=open*",
		"comm=python3.8",
		"uts=a.example.org",
		"pid=new",
		"follow",
		"f",
		"p=1",
		"u=1",
		"t=1",
		"container=0123",
		"cgroup=/system.slice/*",
		"binary=/usr/bin/ssh",
		"uid=4294967295",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
		if (add(expressions[i]) < 0)
			fail_msg("%s", err.text);
	}
	assert_int_equal(selection.n_expressions, sizeof(expressions) / sizeof(expressions[0]));
	assert_true(filter.follows);
}

static void what_can_never_match_is_known(void **state)
{
	static const struct {
		const char *expressions, *field;
	} cases[] = {
		{ "uid<0", "uid" },
		{ "uid>4294967295", "uid" },
		{ "pid<6 pid>5", "pid" },
		{ "pid<5 pid>5", "pid" },
		{ "tid<1 uid=3", NULL },
		{ "pid<7 pid>5", NULL },
		{ "uid<0 uid=4", NULL },
		{ "pid<0 pid=new", NULL },
		{ "mntns>4294967295", "mntns" },
		{ "openat.retval<-9223372036854775808", "retval" },
		{ "openat.retval<0", NULL },
		{ "openat.dirfd>2147483647", "dirfd" },
		{ "openat.dirfd<-5 openat.dirfd>-6", "dirfd" },
		{ "openat.dirfd<-5 openat.dirfd>-7", NULL },
		{ "mmap.length<0", "length" },
		{ "mmap.length>18446744073709551615", "length" },
		{ "mmap.prot<0", NULL }, /* is signed */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *found;

		ask(cases[i].expressions);
		found = filter_impossible(&filter);
		if ((found == NULL) != (cases[i].field == NULL) || (found && strcmp(found, cases[i].field) != 0))
			fail_msg("'%s': %s", cases[i].expressions, found ? found : "possible");
	}
}

/* ---- fields of the process ------------------------------------------------------------------ */

static void numbers_of_the_process(void **state)
{
	(void)state;
	record_begin(&record, "close");
	record_wire(&record)->uid = 1000;
	expect(true, "uid=1000");
	expect(false, "uid=0");
	expect(true, "uid=0,1000");
	expect(true, "uid=0 uid=1000");
	expect(false, "uid!=1000");
	expect(true, "uid!=0");
	expect(false, "uid!=0,1000");
	expect(true, "uid>999");
	expect(false, "uid>1000");
	expect(true, "uid<1001");
	expect(false, "uid<1000");
	expect(true, "pid=1001"); /* as the host counts */
	expect(false, "pid=11");
	expect(false, "pid=1002");
	expect(true, "tid=1002");
	expect(false, "tid=12");
	expect(true, "mntns=4026531841");
	expect(false, "mntns!=4026531841");
	expect(true, "pidns=4026531836");
	expect(false, "pidns>4026531836");
}

static void a_hit_decides_before_bounds_and_equals_alone_exclude_the_rest(void **state)
{
	static const struct {
		uint32_t uid;
		bool zero_or_large, not_large, equal_and_unequal, between;
	} cases[] = {
		{ 0, true, false, true, false },     { 1, false, false, true, false },
		{ 1000, false, false, true, false }, { 1001, true, true, true, false },
		{ 2000, true, false, false, true },  { 3000, true, true, true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		record_begin(&record, "close");
		record_wire(&record)->uid = cases[i].uid;
		expect(cases[i].zero_or_large, "uid=0 uid>1000");
		expect(cases[i].not_large, "uid>1000 uid!=2000");
		expect(cases[i].equal_and_unequal, "uid=0 uid!=2000");
		expect(cases[i].between, "uid>1500 uid>10 uid<2500 uid<9999");
	}
}

static void bounds_may_be_the_limits_of_the_type(void **state)
{
	(void)state;
	record_begin(&record, "close");
	record_wire(&record)->uid = 0;
	expect(false, "uid<0");
	expect(true, "uid>0 uid=0");
	record_wire(&record)->uid = UINT32_MAX;
	expect(false, "uid>4294967295");
	expect(true, "uid=4294967295");
	expect(false, "uid<4294967295");
}

static void different_fields_must_all_match(void **state)
{
	(void)state;
	record_begin(&record, "close");
	expect(true, "uid=65534 comm=bash pid=1001");
	expect(false, "uid=65534 comm=bash pid=1000");
	expect(false, "uid=0 comm=bash");
}

static void names_match_whole_or_at_a_star(void **state)
{
	(void)state;
	record_begin(&record, "close");
	strcpy(record_wire(&record)->comm, "python3.8");
	expect(true, "comm=python3.8");
	expect(false, "comm=python3");
	expect(false, "comm=python3.89");
	expect(true, "comm=python*");
	expect(true, "comm=python3.8*");
	expect(false, "comm=ython*");
	expect(true, "comm=*3.8");
	expect(false, "comm=*3.");
	expect(true, "comm=*thon*");
	expect(false, "comm=*thon4*");
	expect(true, "comm=*");
	expect(false, "comm!=*");
	expect(false, "comm=p*8"); /* a star in the middle is one */
	expect(false, "comm!=python*,perl*");
	expect(true, "comm!=bash");
	expect(true, "comm=bash,python3.8");
	strcpy(record_wire(&record)->comm, "p*8");
	expect(true, "comm=p*8");
	strcpy(record_wire(&record)->comm, "a,b");
	expect(true, "comm=a\\,b");
	expect(true, "comm=x,a\\,b,y");
	expect(false, "comm=a,b");
	strcpy(record_wire(&record)->comm, "*a*");
	expect(true, "comm=\\*a\\*");
	expect(true, "comm=\\**");
	expect(true, "comm=*\\*");
	strcpy(record_wire(&record)->comm, "a\\b\\");
	expect(true, "comm=a\\b\\\\");
	expect(true, "comm=a\\b\\");
	strcpy(record_wire(&record)->comm, "xyz");
	expect(false, "comm=\\*\\*");
	expect(false, "comm=xyzxyz*");
}

static void node_names_are_whole(void **state)
{
	(void)state;
	record_begin(&record, "close");
	expect(true, "uts=host.example");
	expect(false, "uts=host");
	expect(true, "uts=host.*");
	expect(false, "uts!=host.example");
	memset(record_wire(&record)->host_name, 'x', 64);
	expect(true, "uts=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Decodes with a container's id, and with a pid namespace. */
static void begin_in(uint32_t pid_ns, const char *cgroup)
{
	record_begin(&record, "close");
	record_wire(&record)->pid_ns = pid_ns;
	if (cgroup)
		record_string(&record, TRACEE_WIRE_BLOB_CGROUP, cgroup);
}

static void containers_have_a_pid_namespace_or_an_id(void **state)
{
	(void)state;
	begin_in(PID_NAMESPACE_INITIAL, NULL);
	expect(false, "container");
	expect(false, "c");
	expect(true, "!container");
	expect(true, "!c");
	begin_in(4026532000, NULL);
	expect(true, "container");
	expect(false, "!container");
	begin_in(PID_NAMESPACE_INITIAL, "docker-" ID ".scope");
	expect(true, "container");
	expect(true, "con");
	expect(false, "!container");
}

static void containers_are_known_by_the_beginning_of_their_id(void **state)
{
	(void)state;
	begin_in(PID_NAMESPACE_INITIAL, "docker-" ID ".scope");
	expect(true, "container=0123");
	expect(true, "container=" ID);
	expect(true, "container=ffff,01234567");
	expect(false, "container=1234");
	expect(false, "container!=0123");
	expect(true, "container!=ffff");
	begin_in(PID_NAMESPACE_INITIAL, NULL);
	expect(false, "container=0123");
	expect(true, "container!=0123");
	expect(false, "container!=0123 container");
}

static void new_containers_started_after_tracing(void **state)
{
	(void)state;
	begin_in(4026532000, NULL);
	facts.is_new_container = true;
	expect(true, "container=new");
	expect(false, "container!=new");
	expect(false, "container=ffff");
	expect(true, "container=ffff container=new"); /* one or the other */
	facts.is_new_container = false;
	expect(false, "container=new");
	expect(true, "container!=new");
	begin_in(PID_NAMESPACE_INITIAL, NULL);
	expect(false, "container!=new"); /* the host is not one from before */
	facts.is_new_container = true;
	expect(false, "container=new");
	assert_true(filter_is_about_containers(&filter));
	ask("!container");
	assert_false(filter_is_about_containers(&filter));
}

static void new_processes_started_after_tracing(void **state)
{
	(void)state;
	record_begin(&record, "close");
	expect(false, "pid=new");
	expect(true, "pid!=new");
	facts.is_new_process = true;
	expect(true, "pid=new");
	expect(false, "pid!=new");
	expect(true, "pid=1,new");
	facts.is_new_process = false;
	expect(true, "pid=1001,new");
	expect(false, "pid=1,new");
	expect(false, "container=new"); /* has no part in pid=new */
}

static void cgroups_are_paths_and_may_be_unknown(void **state)
{
	(void)state;
	record_begin(&record, "close");
	cgroup_path = "/system.slice/ssh.service";
	expect(true, "cgroup=/system.slice/ssh.service");
	expect(true, "cgroup=/system.slice/*");
	expect(false, "cgroup=/user.slice/*");
	expect(true, "cgroup=*/ssh.service");
	expect(false, "cgroup!=/system.slice/*");
	cgroup_path = NULL;
	expect(false, "cgroup=/system.slice/*");
	expect(false, "cgroup=*");
	expect(true, "cgroup!=/system.slice/*");
	expect(true, "uid=65534");
}

/* ---- arguments ------------------------------------------------------------------------------ */

static void begin_mmap(uint64_t prot, uint64_t addr)
{
	record_begin(&record, "mmap");
	record_wire(&record)->args[0] = addr;
	record_wire(&record)->args[1] = 1ull << 40;
	record_wire(&record)->args[2] = prot;
	record_wire(&record)->args[4] = (uint32_t)-1;
}

static void numbers_match_raw_or_as_they_are_printed(void **state)
{
	(void)state;
	begin_mmap(1, 0x7fFF);
	expect(true, "mmap.prot=1");
	expect(true, "mmap.prot=PROT_READ");
	expect(false, "mmap.prot=PROT_WRITE");
	expect(false, "mmap.prot!=PROT_READ");
	expect(false, "mmap.prot!=1");
	expect(true, "mmap.prot!=PROT_NONE,2");
	expect(true, "mmap.prot=2,PROT_READ");
	expect(true, "mmap.prot=*READ");
	begin_mmap(5, 0);
	expect(false, "mmap.prot=PROT_READ"); /* as a whole */
	expect(true, "mmap.prot=PROT_READ|PROT_EXEC");
	expect(true, "mmap.prot=*PROT_EXEC*");
	expect(true, "mmap.prot=PROT_READ*");
	expect(false, "mmap.prot=PROT_EXEC*");
	expect(true, "mmap.prot>4");
	expect(false, "mmap.prot>5");
	expect(true, "mmap.length=1099511627776");
	expect(true, "mmap.length>1099511627775 mmap.length<1099511627777");
	expect(true, "mmap.fd=-1");
	expect(true, "mmap.fd<0");
	expect(false, "mmap.fd>-1");
	expect(true, "mmap.fd>-2");
}

static void addresses_match_in_both_notations(void **state)
{
	(void)state;
	begin_mmap(1, 0x7fFF);
	expect(true, "mmap.addr=32767");
	expect(true, "mmap.addr=0x7fff");
	expect(true, "mmap.addr=0x7FFF");
	expect(true, "mmap.addr=0x7FF*"); /* as it is printed */
	expect(false, "mmap.addr=0x7ffe");
	expect(false, "mmap.addr=0x80*");
	expect(true, "mmap.addr>0x7ffe");
	expect(false, "mmap.addr>0x7fff");
	expect(false, "mmap.addr!=0x7fff");
}

static void arguments_limit_their_own_event_only(void **state)
{
	(void)state;
	begin_mmap(1, 0);
	expect(true, "mprotect.prot=7");
	expect(false, "mmap.prot=7");
	expect(true, "openat.retval=9");
	expect(false, "mmap.prot=1 mmap.fd=3");
	expect(true, "mmap.prot=1 mmap.fd=-1");
}

static void return_values_are_signed(void **state)
{
	(void)state;
	record_begin(&record, "close");
	record_wire(&record)->ret = -9;
	expect(true, "close.retval=-9");
	expect(false, "close.retval!=-9");
	expect(true, "close.retval<0");
	expect(false, "close.retval>0");
	expect(true, "close.retval<-8 close.retval>-10");
	expect(false, "close.retval>-9");
	expect(true, "close.retval<9223372036854775807");
	record_wire(&record)->ret = INT64_MIN;
	expect(true, "close.retval=-9223372036854775808");
	expect(false, "close.retval<-9223372036854775808");
	record_wire(&record)->ret = 2;
	expect(true, "close.retval=2 close.retval>5");
	expect(false, "close.retval=3 close.retval>5");
}

static void begin_open(const char *path, uint16_t flags)
{
	record_begin(&record, "openat");
	record_wire(&record)->args[1] = 0xabcd;
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRING, flags, path, strlen(path));
}

static void texts_match_as_they_were_read_or_are_printed(void **state)
{
	(void)state;
	begin_open("/etc/passwd", 0);
	expect(true, "openat.pathname=/etc/passwd");
	expect(false, "openat.pathname=/etc/pass");
	expect(true, "openat.pathname=/etc/*");
	expect(true, "openat.pathname=*passwd");
	expect(true, "openat.pathname=*c/p*");
	expect(false, "openat.pathname=*shadow*");
	expect(false, "openat.pathname!=/etc/*");
	expect(false, "openat.pathname=/bin/ls,/tmp/x");
	expect(true, "openat.pathname=/bin/ls,/tmp/x openat.pathname!=/etc/shadow");
	begin_open("", 0);
	expect(false, "openat.pathname=a*");
	expect(true, "openat.pathname=*");
	begin_open("a\nb,c", 0);
	expect(true, "openat.pathname=a\nb\\,c");
	expect(true, "openat.pathname=a\\nb\\,c"); /* as it is printed */
	expect(false, "openat.pathname=anb\\,c");
	begin_open("/long", TRACEE_WIRE_BLOB_CUT);
	expect(true, "openat.pathname=/long...");
	expect(true, "openat.pathname=/lon*");
	begin_open("", TRACEE_WIRE_BLOB_UNREADABLE);
	expect(false, "openat.pathname=/etc/*");
	expect(true, "openat.pathname!=/etc/*");
	expect(true, "openat.pathname=0xABCD"); /* as it is printed */
}

static void of_lists_any_string_will_do(void **state)
{
	(void)state;
	record_begin(&record, "execve");
	record_string(&record, 0, "/bin/sh");
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRINGS, 0, "sh\0-c\0true x", 13);
	expect(true, "execve.argv=-c");
	expect(true, "execve.argv=true*");
	expect(true, "execve.argv=*x");
	expect(false, "execve.argv=true");
	expect(false, "execve.argv!=sh");
	expect(true, "execve.argv!=bash");
	ask("uid=65534");
	assert_int_equal(add("execve.argv=[sh -c true x]"), 0);
	assert_true(matches());
}

static void structures_match_as_they_are_printed(void **state)
{
	static const uint8_t address[16] = { 2, 0, 0x01, 0xbb, 192, 0, 2, 7 };

	(void)state;
	record_begin(&record, "connect");
	record_blob(&record, 1, TRACEE_WIRE_BLOB_SOCKADDR, 0, address, sizeof(address));
	expect(true, "connect.addr=*'192.0.2.7'*");
	expect(true, "connect.addr=*'443'*");
	expect(false, "connect.addr=*'192.0.2.8'*");
	expect(false, "connect.addr!=*AF_INET*");
}

static void deciding_again_gives_the_same(void **state)
{
	(void)state;
	begin_mmap(5, 0);
	ask("mmap.prot=*EXEC*");
	for (int i = 0; i < 3; i++)
		assert_true(matches());
}

static void process_and_arguments_are_told_apart(void **state)
{
	(void)state;
	begin_mmap(1, 0);
	ask("mmap.prot=7 uid=65534");
	assert_false(matches());
	assert_true(filter_matches_process(&filter, &event, &facts));
	ask("mmap.prot=1 uid=0");
	assert_false(matches());
	assert_false(filter_matches_process(&filter, &event, &facts));
}

static void nothing_asked_means_all(void **state)
{
	(void)state;
	record_begin(&record, "close");
	ask("event=close");
	assert_false(filter_is_set(&filter));
	assert_true(matches());
	ask("close.retval>1");
	assert_true(filter_is_set(&filter));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_decimal_and_within_their_field),
		TEST(fields_are_known_and_case_sensitive),
		TEST(texts_have_no_order_and_fit_their_field),
		TEST(containers_are_named_by_hexadecimal_digits),
		TEST(arguments_belong_to_their_event),
		TEST(values_of_arguments_are_what_the_argument_can_be),
		TEST(lists_have_a_limit),
		TEST(arguments_have_a_limit),
		TEST(what_users_know_is_accepted),
		TEST(what_can_never_match_is_known),
		TEST(numbers_of_the_process),
		TEST(a_hit_decides_before_bounds_and_equals_alone_exclude_the_rest),
		TEST(bounds_may_be_the_limits_of_the_type),
		TEST(different_fields_must_all_match),
		TEST(names_match_whole_or_at_a_star),
		TEST(node_names_are_whole),
		TEST(containers_have_a_pid_namespace_or_an_id),
		TEST(containers_are_known_by_the_beginning_of_their_id),
		TEST(new_containers_started_after_tracing),
		TEST(new_processes_started_after_tracing),
		TEST(cgroups_are_paths_and_may_be_unknown),
		TEST(numbers_match_raw_or_as_they_are_printed),
		TEST(addresses_match_in_both_notations),
		TEST(arguments_limit_their_own_event_only),
		TEST(return_values_are_signed),
		TEST(texts_match_as_they_were_read_or_are_printed),
		TEST(of_lists_any_string_will_do),
		TEST(structures_match_as_they_are_printed),
		TEST(deciding_again_gives_the_same),
		TEST(process_and_arguments_are_told_apart),
		TEST(nothing_asked_means_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
