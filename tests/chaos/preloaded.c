/* A disk that can be slow, or full, as the control file says: preloaded by tests/chaos/preload.py.
 * Control file, 32-bit numbers: microseconds that each fsync takes longer; whether writes find no room; how many fsyncs
 * took longer; how many writes found no room. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SLOW, FULL, SLOWED, REFUSED, NUMBERS };
static volatile int32_t *control;

__attribute__((constructor)) static void find_control(void) {
    const char *path = getenv("CHAOS_DISK");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, NUMBERS * sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) control = mapped;
    close(file);
}

static void dawdle(void) {
    int32_t longer = control ? control[SLOW] : 0;
    if (longer <= 0) return;
    usleep((useconds_t)longer);
    __sync_fetch_and_add(&control[SLOWED], 1);
}

static int full(int file) {
    struct stat found;
    if (!control || !control[FULL] || file <= 2 || fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) return 0;
    __sync_fetch_and_add(&control[REFUSED], 1);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define NO_ROOM(file) if (full(file)) { errno = ENOSPC; return -1; }

int fsync(int file) { dawdle(); return REAL(fsync)(file); }
int fdatasync(int file) { dawdle(); return REAL(fdatasync)(file); }

ssize_t write(int file, const void *from, size_t size) { NO_ROOM(file) return REAL(write)(file, from, size); }
ssize_t pwrite(int file, const void *from, size_t size, off_t at) {
    NO_ROOM(file) return REAL(pwrite)(file, from, size, at);
}
ssize_t pwrite64(int file, const void *from, size_t size, off64_t at) {
    NO_ROOM(file) return REAL(pwrite64)(file, from, size, at);
}
ssize_t pwritev(int file, const struct iovec *from, int count, off_t at) {
    NO_ROOM(file) return REAL(pwritev)(file, from, count, at);
}
ssize_t pwritev64(int file, const struct iovec *from, int count, off64_t at) {
    NO_ROOM(file) return REAL(pwritev64)(file, from, count, at);
}
int posix_fallocate(int file, off_t from, off_t size) {
    return full(file) ? ENOSPC : REAL(posix_fallocate)(file, from, size);
}
int posix_fallocate64(int file, off64_t from, off64_t size) {
    return full(file) ? ENOSPC : REAL(posix_fallocate64)(file, from, size);
}

/* libfaketime 0.9.10 answers EINVAL to a sleep until a moment of the monotonic clock, as Python's: past it, then. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
    return syscall(SYS_clock_nanosleep, clock, flags, until, left) == 0 ? 0 : errno;
}
