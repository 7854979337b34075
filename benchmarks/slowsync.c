/* LD_PRELOAD shim: adds SLOWSYNC_US microseconds to every fsync and fdatasync, like an ordinary disk without a cache. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void nap(void)
{
	static long pause = -1;
	if (pause < 0) {
		const char *given = getenv("SLOWSYNC_US");
		pause = given ? atol(given) : 0;
	}
	if (pause)
		usleep(pause);
}

static int then(const char *name, int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	nap();
	return real(fd);
}

int fsync(int fd) { return then("fsync", fd); }
int fdatasync(int fd) { return then("fdatasync", fd); }
