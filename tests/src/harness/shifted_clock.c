/* A wall clock that is wrong by so many seconds, for one process. Only the wall clock: time that passes stays right. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, now);
    const char *shift = getenv("BANGBAN_TEST_CLOCK_SHIFT_SECONDS");
    if (done == 0 && clock == CLOCK_REALTIME && shift) now->tv_sec += atol(shift);
    return done;
}
