// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/load/realtime.h"

static enum ring_lock look(const char *release, const char *build)
{
	struct tracee_kernel kernel;

	assert_int_equal(tracee_kernel_parse(release, TRACEE_ARCH_X86_64, &kernel, NULL), 0);
	return ring_lock_of(&kernel, build);
}

static void a_ring_sleeps_on_old_realtime_kernels_only(void **state)
{
	(void)state;
	assert_int_equal(look("5.10.0-43-rt-amd64", "#1 SMP PREEMPT_RT Debian 5.10.251-5 (2026-11-08)"), RING_LOCK_SLEEPS);
	assert_int_equal(look("5.9.1-rt20", "#1 SMP PREEMPT RT Mon Jan 1 00:00:00 UTC 2024"), RING_LOCK_SLEEPS);
	assert_int_equal(look("6.0.0-rt", "#1 SMP PREEMPT_RT x"), RING_LOCK_SLEEPS);
	assert_int_equal(look("6.1.0-56-rt-amd64", "#1 SMP PREEMPT_RT Debian 6.1.192-2"), RING_LOCK_MAY_SLEEP);
	assert_int_equal(look("6.12.118+deb13-rt-amd64", "#1 SMP PREEMPT_RT Debian"), RING_LOCK_FINE);
	assert_int_equal(look("5.10.0-46-amd64", "#1 SMP Debian 5.10.251-5"), RING_LOCK_FINE);
	assert_int_equal(look("6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2"), RING_LOCK_FINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_ring_sleeps_on_old_realtime_kernels_only) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
