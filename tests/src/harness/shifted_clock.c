/* A wall clock that is wrong by so many seconds, for one process, or that jumps about by up to ten years. Only the wall clock:
   time that passes stays right. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, now);
    const char *shift = getenv("BANGBAN_TEST_CLOCK_SHIFT_SECONDS");
    if (done == 0 && clock == CLOCK_REALTIME && shift) now->tv_sec += atol(shift);
    const char *jumps = getenv("BANGBAN_TEST_CLOCK_JUMPS");
    if (done == 0 && clock == CLOCK_REALTIME && jumps) {
        /* Every few looks at the clock find it somewhere else; the process number keeps two programs apart. */
        static unsigned long looks;
        unsigned long word = strtoul(jumps, 0, 10) + getpid() + __atomic_add_fetch(&looks, 1, __ATOMIC_RELAXED) / 3;
        word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9UL;
        word = (word ^ (word >> 27)) * 0x94d049bb133111ebUL;
        now->tv_sec += (long)((word ^ (word >> 31)) % 631152000UL) - 315576000L;
    }
    return done;
}
