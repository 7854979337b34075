/* LD_PRELOAD shim: a disk that is recorded, and a disk that fails. It concerns only what lies under DISK_UNDER.

   DISK_TRACE=FILE  every write, truncation, sync, creation, renaming and removal is appended to FILE in the order it
                    happened: op(1) length of path(2) length of data(4) offset(8) path data; power_disk.py reads it.
   DISK_FAULT=FILE  FILE says, at each call, how the disk is: empty or missing: well; `full N`: no more than N bytes may
                    be written while it says so, over old ones neither (so it is where disks copy on write);
                    `readonly`: as a disk that was mounted again after an error. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static int trace = -2;
static int64_t added = 0;
static char last_fault[64] = "";

static ssize_t put(int fd, const void *p, size_t n, off_t at) { REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t); return real(fd, p, n, at); }
static int open_it(const char *path, int flags, mode_t mode) { REAL(int, "open64", const char *, int, ...); return real(path, flags, mode); }

static int concerns(const char *path) {
    const char *under = getenv("DISK_UNDER");
    size_t n = under ? strlen(under) : 0, m = strlen(path);
    int passing = (m > 4 && !strcmp(path + m - 4, "-shm")) || (m > 10 && !strcmp(path + m - 10, " (deleted)"));
    return n && !strncmp(path, under, n) && (!path[n] || path[n] == '/') && !passing;
}

static int path_of(int fd, char *path, size_t most) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, most - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return concerns(path);
}

static void note(char op, const char *path, const void *data, uint32_t size, uint64_t at) {
    if (trace == -2) {
        const char *name = getenv("DISK_TRACE");
        trace = name ? open_it(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    }
    if (trace < 0) return;
    uint16_t length = (uint16_t)strlen(path);
    char head[15];
    head[0] = op; memcpy(head + 1, &length, 2); memcpy(head + 3, &size, 4); memcpy(head + 7, &at, 8);
    struct iovec parts[3] = {{head, 15}, {(void *)path, length}, {(void *)data, size}};
    if (writev(trace, parts, 3) < 0) abort();
}

/* How the disk is: 0, or the errno of a call that would add so many bytes. Called with the lock held. */
static int fault(int64_t adds) {
    const char *name = getenv("DISK_FAULT");
    char said[64] = "";
    if (!name) return 0;
    int fd = open_it(name, O_RDONLY | O_CLOEXEC, 0);
    if (fd >= 0) { ssize_t n = read(fd, said, sizeof said - 1); said[n > 0 ? n : 0] = 0; close(fd); }
    if (strcmp(said, last_fault)) { strcpy(last_fault, said); added = 0; }
    if (!strncmp(said, "readonly", 8)) return EROFS;
    if (strncmp(said, "full", 4)) return 0;
    if (adds > 0 && added + adds > atoll(said + 4)) return ENOSPC;
    added += adds;
    return 0;
}

static int64_t size_of(int fd) { struct stat s; return fstat(fd, &s) ? 0 : s.st_size; }

static ssize_t written(int fd, const void *p, size_t n, off_t at, const char *path) {
    int wrong = fault((int64_t)n);
    if (wrong) { errno = wrong; return -1; }
    ssize_t done = put(fd, p, n, at);
    if (done > 0) note('W', path, p, (uint32_t)done, (uint64_t)at);
    return done;
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at) {
    char path[512];
    if (!path_of(fd, path, sizeof path)) return put(fd, p, n, at);
    pthread_mutex_lock(&one);
    ssize_t done = written(fd, p, n, at, path);
    pthread_mutex_unlock(&one);
    return done;
}
ssize_t pwrite(int fd, const void *p, size_t n, off_t at) { return pwrite64(fd, p, n, at); }

ssize_t write(int fd, const void *p, size_t n) {
    REAL(ssize_t, "write", int, const void *, size_t);
    char path[512];
    if (!path_of(fd, path, sizeof path)) return real(fd, p, n);
    pthread_mutex_lock(&one);
    int appends = fcntl(fd, F_GETFL) & O_APPEND;
    off_t at = appends ? size_of(fd) : lseek(fd, 0, SEEK_CUR);
    int wrong = fault((int64_t)n);
    ssize_t done = -1;
    if (wrong) errno = wrong;
    else if ((done = real(fd, p, n)) > 0) note('W', path, p, (uint32_t)done, (uint64_t)at);
    pthread_mutex_unlock(&one);
    return done;
}

int ftruncate64(int fd, off_t size) {
    REAL(int, "ftruncate64", int, off_t);
    char path[512];
    if (!path_of(fd, path, sizeof path)) return real(fd, size);
    pthread_mutex_lock(&one);
    int64_t grows = size - size_of(fd);
    int wrong = fault(grows), done = -1;
    if (wrong) errno = wrong;
    else if (!(done = real(fd, size))) note('T', path, "", 0, (uint64_t)size);
    pthread_mutex_unlock(&one);
    return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int posix_fallocate64(int fd, off_t at, off_t n) {
    char path[512];
    REAL(int, "posix_fallocate64", int, off_t, off_t);
    if (!path_of(fd, path, sizeof path)) return real(fd, at, n);
    if (at + n <= size_of(fd)) return 0;
    return ftruncate64(fd, at + n) ? errno : 0;
}
int posix_fallocate(int fd, off_t at, off_t n) { return posix_fallocate64(fd, at, n); }

static int synced(int fd, int (*real)(int)) {
    char path[512];
    if (!path_of(fd, path, sizeof path)) return real(fd);
    pthread_mutex_lock(&one);
    int wrong = fault(0), done = -1;
    if (wrong) errno = wrong;
    else if (!(done = real(fd))) note('S', path, "", 0, 0);
    pthread_mutex_unlock(&one);
    return done;
}
int fsync(int fd) { REAL(int, "fsync", int); return synced(fd, real); }
int fdatasync(int fd) { REAL(int, "fdatasync", int); return synced(fd, real); }

static int opened(const char *given, int flags, mode_t mode) {
    char path[512];
    if (!(flags & O_CREAT) && (flags & O_ACCMODE) == O_RDONLY) return open_it(given, flags, mode);
    if (given[0] == '/') snprintf(path, sizeof path, "%s", given);
    else { if (!getcwd(path, sizeof path - 1 - strlen(given))) return open_it(given, flags, mode); strcat(strcat(path, "/"), given); }
    if (!concerns(path)) return open_it(given, flags, mode);
    pthread_mutex_lock(&one);
    int fresh = access(path, F_OK) != 0, wrong = fault(fresh ? 1 : 0), fd = -1;
    if (wrong) errno = wrong;
    else if ((fd = open_it(given, flags, mode)) >= 0) {
        if (fresh) note('C', path, "", 0, 0);
        else if (flags & O_TRUNC) note('T', path, "", 0, 0);
    }
    pthread_mutex_unlock(&one);
    return fd;
}
#define MODE(flags) mode_t mode = 0; if (flags & O_CREAT) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (!concerns(path)) return real(path);
    pthread_mutex_lock(&one);
    struct stat s;
    int64_t gives = stat(path, &s) ? 0 : s.st_size;
    int wrong = fault(0), done = -1;
    if (wrong) errno = wrong;
    else if (!(done = real(path))) { note('U', path, "", 0, 0); added -= gives; }
    pthread_mutex_unlock(&one);
    return done;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (!concerns(from) && !concerns(to)) return real(from, to);
    pthread_mutex_lock(&one);
    int wrong = fault(0), done = -1;
    if (wrong) errno = wrong;
    else if (!(done = real(from, to))) note('R', from, to, (uint32_t)strlen(to), 0);
    pthread_mutex_unlock(&one);
    return done;
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    if (!concerns(from) && !concerns(to)) return real(from, to);
    pthread_mutex_lock(&one);
    int wrong = fault(0), done = -1;
    if (wrong) errno = wrong;
    else if (!(done = real(from, to))) note('L', from, to, (uint32_t)strlen(to), 0);
    pthread_mutex_unlock(&one);
    return done;
}
