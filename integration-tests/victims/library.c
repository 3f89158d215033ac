/* A library of the job's own, most of which nobody has touched when it is checkpointed. */
#include "victim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <math.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static double (*own_gamma)(double);
static double (*own_root)(double);

static void copy_library(const char *from, const char *to)
{
	int source = MUST(open(from, O_RDONLY)), copy = MUST(open(to, O_WRONLY | O_CREAT | O_EXCL, 0755));
	struct stat status;

	MUST(fstat(source, &status));
	CHECK_EQUAL(sendfile(copy, source, NULL, (size_t)status.st_size), status.st_size);
	MUST(close(source));
	MUST(close(copy));
}

static void open_library(void)
{
	struct link_map *mathematics;
	void *library;
	Dl_info info;

	CHECK(dladdr((void *)tgamma, &info) != 0);
	CHECK(dladdr1((void *)tgamma, &info, (void **)&mathematics, RTLD_DL_LINKMAP) != 0);
	copy_library(mathematics->l_name, victim_path("library.so"));
	library = dlopen(victim_path("library.so"), RTLD_NOW | RTLD_LOCAL);
	CHECK(library != NULL);
	own_gamma = (double (*)(double))dlsym(library, "tgamma");
	own_root = (double (*)(double))dlsym(library, "cbrt");
	CHECK(own_gamma != NULL && own_gamma != tgamma);
}

static void child(void)
{
	victim_say("forked");
	victim_await_go();
	CHECK(own_gamma(5.5) == tgamma(5.5));
}

int main(int argc, char **argv)
{
	pid_t other;

	victim_begin(argc, argv);
	open_library();
	other = victim_fork(child);
	victim_hear("forked");
	victim_wait();
	for (double x = 0.5; x < 40; x += 0.25) {
		CHECK(own_gamma(x) == tgamma(x));
		CHECK(own_root(x) == cbrt(x));
	}
	victim_join(other);
	victim_pass();
}
