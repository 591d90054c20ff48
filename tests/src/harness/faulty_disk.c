/* A disk that does what a test says: it kills the program at the n-th write, refuses to write from there on, or writes
   down every write and fsync, so that they can be replayed as a power cut. For one program, for files below one folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, KILL_BEFORE, KILL_TORN, KILL_AFTER, FAIL_ONCE, FAIL_ON };

/* What the test turns, while the program runs. */
struct dial {
    int64_t countdown; /* operations until it happens; 0 or less: never */
    int64_t operations; /* how many there were */
    int32_t what;
    int32_t error; /* the errno of a failure */
    int64_t happened; /* how often it did */
};

/* Kinds of lines of the log. */
enum { WRITE = 'w', TRUNCATE = 't', SYNC = 's', CREATE = 'c', RENAME = 'r', UNLINK = 'u', MKDIR = 'm' };

struct line {
    uint32_t kind, length;
    uint64_t file, offset;
};

#define MOST_FILES 65536
static unsigned char ours[MOST_FILES];
static char *paths[MOST_FILES];
static char root[4096];
static size_t root_length;
static struct dial *dial;
static int log_file = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, type) ({ static type real; if (!real) real = (type)dlsym(RTLD_NEXT, name); real; })
typedef int (*open_t)(const char *, int, ...);
typedef int (*close_t)(int);
typedef ssize_t (*write_t)(int, const void *, size_t);
typedef ssize_t (*pwrite_t)(int, const void *, size_t, off64_t);
typedef int (*sync_t)(int);
typedef int (*truncate_t)(int, off64_t);
typedef int (*rename_t)(const char *, const char *);
typedef int (*unlink_t)(const char *);
typedef int (*mkdir_t)(const char *, mode_t);

static int real_open(const char *path, int flags, mode_t mode) { return REAL("open64", open_t)(path, flags, mode); }

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("BANGBAN_DISK_ROOT");
    if (!where) return;
    snprintf(root, sizeof root, "%s", where);
    root_length = strlen(root);
    const char *turned = getenv("BANGBAN_DISK_DIAL");
    if (turned) {
        int file = real_open(turned, O_RDWR | O_CLOEXEC, 0);
        if (file >= 0) {
            void *at = mmap(NULL, sizeof *dial, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            dial = at == MAP_FAILED ? NULL : at;
            REAL("close", close_t)(file);
        }
    }
    const char *log = getenv("BANGBAN_DISK_LOG");
    if (log) log_file = real_open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int is_below(const char *path) { return root_length && path && strncmp(path, root, root_length) == 0; }
static int is_ours(int file) { return file >= 0 && file < MOST_FILES && ours[file]; }
/* What is rebuilt after every crash is no part of what a disk keeps. */
static int is_kept(const char *path) { size_t n = strlen(path); return n < 4 || strcmp(path + n - 4, "-shm") != 0; }

static uint64_t number_of(int file) { struct stat64 about; return fstat64(file, &about) == 0 ? about.st_ino : 0; }

static void note(uint32_t kind, uint64_t file, uint64_t offset, const void *bytes, size_t length) {
    if (log_file < 0) return;
    struct line line = { kind, (uint32_t)length, file, offset };
    struct iovec parts[2] = { { &line, sizeof line }, { (void *)bytes, length } };
    if (writev(log_file, parts, 2) < 0) abort();
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* One operation: 0 to go on, -1 to fail with errno, 1 to do half of it and die, 2 to do it and die. */
static int decide(void) {
    if (!dial) return 0;
    __atomic_add_fetch(&dial->operations, 1, __ATOMIC_SEQ_CST);
    if (dial->what == NOTHING || dial->countdown <= 0) return 0;
    int64_t left = __atomic_sub_fetch(&dial->countdown, 1, __ATOMIC_SEQ_CST);
    /* Below zero: another thread was first, or the test just took it back. */
    if (left > 0 || (left < 0 && dial->what != FAIL_ON)) return 0;
    if (dial->what == FAIL_ON) dial->countdown = 1;
    __atomic_add_fetch(&dial->happened, 1, __ATOMIC_SEQ_CST);
    switch (dial->what) {
    case KILL_BEFORE: die();
    case KILL_TORN: return 1;
    case KILL_AFTER: return 2;
    case FAIL_ONCE:
    case FAIL_ON: errno = dial->error; return -1;
    }
    return 0;
}

static int opened(const char *path, int flags, mode_t mode) {
    if (!is_below(path)) return real_open(path, flags, mode);
    struct stat64 about;
    int makes = (flags & O_CREAT) && stat64(path, &about) != 0;
    int verdict = makes ? decide() : 0;
    if (verdict < 0) return -1;
    pthread_mutex_lock(&order);
    int file = real_open(path, flags, mode);
    int error = errno;
    if (file >= 0 && file < MOST_FILES) {
        free(paths[file]);
        paths[file] = strdup(path);
        ours[file] = 1;
        if (makes && is_kept(path)) note(CREATE, number_of(file), 0, path, strlen(path));
        if (!makes && (flags & O_TRUNC) && is_kept(path)) note(TRUNCATE, number_of(file), 0, "", 0);
    }
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    errno = error;
    return file;
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }
int open(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest);
    return opened(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest);
    return opened(path, flags, mode);
}
int close(int file) {
    if (file >= 0 && file < MOST_FILES) ours[file] = 0;
    return REAL("close", close_t)(file);
}

static ssize_t put(int file, const void *bytes, size_t length, off64_t offset, int moves) {
    int verdict = decide();
    if (verdict < 0) return -1;
    if (verdict == 1) length /= 2;
    pthread_mutex_lock(&order);
    if (moves) {
        struct stat64 about;
        offset = fcntl(file, F_GETFL) & O_APPEND && fstat64(file, &about) == 0 ? about.st_size : lseek64(file, 0, SEEK_CUR);
    }
    ssize_t done = moves ? REAL("write", write_t)(file, bytes, length)
                         : REAL("pwrite64", pwrite_t)(file, bytes, length, offset);
    int error = errno;
    if (done > 0 && is_kept(paths[file])) note(WRITE, number_of(file), offset, bytes, done);
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    errno = error;
    return done;
}
ssize_t write(int file, const void *bytes, size_t length) {
    return is_ours(file) ? put(file, bytes, length, 0, 1) : REAL("write", write_t)(file, bytes, length);
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    return is_ours(file) ? put(file, bytes, length, offset, 0) : REAL("pwrite64", pwrite_t)(file, bytes, length, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return pwrite64(file, bytes, length, offset); }

static int synced(const char *name, int file) {
    if (!is_ours(file)) return dlsym(RTLD_NEXT, name) ? ((sync_t)dlsym(RTLD_NEXT, name))(file) : -1;
    int verdict = decide();
    if (verdict < 0) return -1;
    if (verdict == 1) die();
    pthread_mutex_lock(&order);
    /* What is written down is replayed: the real disk need not work as well. */
    int done = log_file < 0 ? ((sync_t)dlsym(RTLD_NEXT, name))(file) : 0;
    if (done == 0 && is_kept(paths[file])) note(SYNC, number_of(file), 0, paths[file], strlen(paths[file]));
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    return done;
}
int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }

int ftruncate64(int file, off64_t length) {
    if (!is_ours(file)) return REAL("ftruncate64", truncate_t)(file, length);
    int verdict = decide();
    if (verdict < 0) return -1;
    if (verdict == 1) die();
    pthread_mutex_lock(&order);
    int done = REAL("ftruncate64", truncate_t)(file, length);
    if (done == 0 && is_kept(paths[file])) note(TRUNCATE, number_of(file), length, "", 0);
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    return done;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int rename(const char *from, const char *to) {
    if (!is_below(from) && !is_below(to)) return REAL("rename", rename_t)(from, to);
    int verdict = decide();
    if (verdict < 0) return -1;
    if (verdict == 1) die();
    pthread_mutex_lock(&order);
    int done = REAL("rename", rename_t)(from, to);
    if (done == 0) {
        char both[8200];
        int length = snprintf(both, sizeof both, "%s%c%s", from, '\n', to);
        note(RENAME, 0, 0, both, length);
    }
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    return done;
}
int unlink(const char *path) {
    if (!is_below(path)) return REAL("unlink", unlink_t)(path);
    int verdict = decide();
    if (verdict < 0) return -1;
    if (verdict == 1) die();
    pthread_mutex_lock(&order);
    int done = REAL("unlink", unlink_t)(path);
    if (done == 0 && is_kept(path)) note(UNLINK, 0, 0, path, strlen(path));
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    return done;
}
int mkdir(const char *path, mode_t mode) {
    if (!is_below(path)) return REAL("mkdir", mkdir_t)(path, mode);
    int verdict = decide();
    if (verdict < 0) return -1;
    if (verdict == 1) die();
    pthread_mutex_lock(&order);
    int done = REAL("mkdir", mkdir_t)(path, mode);
    if (done == 0) note(MKDIR, 0, 0, path, strlen(path));
    pthread_mutex_unlock(&order);
    if (verdict > 0) die();
    return done;
}
