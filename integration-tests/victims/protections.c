/* Memory nobody may read keeps its content; read-only and guard pages keep their protection. */
#include "victim.h"

#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define SIZE (16 * PAGE)

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

static int probe[2];

static char *map(void)
{
	char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static void check_unreadable(const char *what, const char *page)
{
	if (write(probe[1], page, 1) != -1 || errno != EFAULT)
		victim_fail(__FILE__, __LINE__, "the page %s can be read", what);
}

static void check_readonly(char *page)
{
	CHECK_EQUAL(write(probe[1], page, 1), 1);
	CHECK_EQUAL(read(probe[0], page, 1), -1);
	CHECK_EQUAL(errno, EFAULT);
}

int main(int argc, char **argv)
{
	char *none, *readonly, *guarded, *light;
	int light_guard;

	victim_begin(argc, argv);
	MUST(pipe(probe));
	none = map();
	victim_fill(none, SIZE, 1);
	MUST(mprotect(none, SIZE, PROT_NONE));
	readonly = map();
	victim_fill(readonly, SIZE, 2);
	MUST(mprotect(readonly, SIZE, PROT_READ));
	guarded = map();
	victim_fill(guarded, SIZE, 3);
	MUST(mprotect(guarded, PAGE, PROT_NONE));
	light = map();
	victim_fill(light, SIZE, 4);
	light_guard = madvise(light + SIZE - PAGE, PAGE, MADV_GUARD_INSTALL) == 0;
	victim_wait();
	check_unreadable("without rights", none);
	check_unreadable("that guards", guarded);
	check_readonly(readonly);
	if (light_guard)
		check_unreadable("with a guard marker", light + SIZE - PAGE);
	victim_check_fill("before the guard", light, SIZE - PAGE, 4);
	victim_check_fill("read-only", readonly, SIZE, 2);
	MUST(mprotect(none, SIZE, PROT_READ));
	victim_check_fill("unreadable", none, SIZE, 1);
	MUST(mprotect(guarded, PAGE, PROT_READ));
	victim_check_fill("guarded", guarded, SIZE, 3);
	victim_pass();
}
