/*
 * As if it had been checkpointed under another kernel: its vdso exports the same functions, but they are others and lie at
 * other places. Calls that arrive there after a restart reach those of the kernel. The former code, in which a signal may have
 * caught somebody, still tells the time.
 */
#include "victim.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum { PAGES = 0x2000, TABLES = 0x1600, CODE = 0x1c00, FUNCTION = 64, FUNCTIONS = 5, STANDS_AT = 1 };

/* What follows the code of this kernel, which glibc goes on to use until the restart. */
struct tables {
	Elf64_Dyn dynamic[8];
	Elf64_Sym symbols[FUNCTIONS + 1];
	Elf64_Half versions[FUNCTIONS + 1];
	Elf64_Word hash[2 + 1 + FUNCTIONS + 1];
	struct {
		Elf64_Verdef definition;
		Elf64_Verdaux name;
	} version[2];
	char strings[256];
};

static const char *const names[FUNCTIONS] = {
	"__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_time", "__vdso_getcpu", "__vdso_clock_getres",
};

/* clock_gettime(2) of a clock that stands; the others know nothing but an error. */
static const unsigned char standing[] = {
	0x48, 0xc7, 0x06, STANDS_AT, 0, 0, 0, /* movq $1, (%rsi) */
	0x31, 0xc0, 0xc3, /* xor %eax, %eax; ret */
};
static const unsigned char failing[] = { 0xb8, 0xff, 0xff, 0xff, 0xff, 0xc3 }; /* mov $-1, %eax; ret */

static unsigned char *vdso;

static unsigned char *mapped_at(const char *name)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned char *found = NULL;
	char line[512];
	void *start;

	CHECK(maps != NULL);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, name) && sscanf(line, "%p-", &start) == 1)
			found = start;
	fclose(maps);
	return found;
}

static Elf64_Word string(struct tables *tables, const char *text)
{
	static size_t used = 1;
	size_t at = used;

	CHECK(used + strlen(text) < sizeof(tables->strings));
	strcpy(tables->strings + at, text);
	used += strlen(text) + 1;
	return (Elf64_Word)at;
}

static void define(struct tables *tables, int number)
{
	size_t place = (size_t)(CODE + number * FUNCTION);
	const unsigned char *code = number == 0 ? standing : failing;

	tables->symbols[number + 1] = (Elf64_Sym) {
		.st_name = string(tables, names[number]),
		.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
		.st_shndx = 1, .st_value = place, .st_size = FUNCTION,
	};
	tables->versions[number + 1] = 2;
	memcpy(vdso + place, code, number == 0 ? sizeof(standing) : sizeof(failing));
}

static Elf64_Dyn entry(Elf64_Sxword tag, const struct tables *tables, const void *place)
{
	return (Elf64_Dyn) { tag, { (Elf64_Xword)(TABLES + ((const char *)place - (const char *)tables)) } };
}

static void name_versions(struct tables *tables)
{
	for (int i = 0; i < 2; i++) {
		tables->version[i].definition = (Elf64_Verdef) {
			.vd_version = VER_DEF_CURRENT, .vd_ndx = (Elf64_Half)(i + 1), .vd_cnt = 1,
			.vd_aux = sizeof(Elf64_Verdef), .vd_next = i == 0 ? sizeof(tables->version[0]) : 0,
		};
		tables->version[i].name.vda_name = string(tables, i == 0 ? "linux-vdso.so.1" : "LINUX_2.6");
	}
}

static void become_another(void)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)vdso;
	Elf64_Phdr *segments = (Elf64_Phdr *)(void *)(vdso + header->e_phoff);
	struct tables *tables = (struct tables *)(void *)(vdso + TABLES);

	CHECK(segments[0].p_memsz <= TABLES && TABLES + sizeof(*tables) <= CODE);
	memset(tables, 0, sizeof(*tables));
	for (int i = 0; i < FUNCTIONS; i++)
		define(tables, i);
	name_versions(tables);
	tables->hash[1] = FUNCTIONS + 1; /* the first is none */
	tables->dynamic[0] = entry(DT_SYMTAB, tables, tables->symbols);
	tables->dynamic[1] = entry(DT_STRTAB, tables, tables->strings);
	tables->dynamic[2] = entry(DT_HASH, tables, tables->hash);
	tables->dynamic[3] = entry(DT_VERSYM, tables, tables->versions);
	tables->dynamic[4] = entry(DT_VERDEF, tables, tables->version);
	tables->dynamic[5] = (Elf64_Dyn) { DT_VERDEFNUM, { 2 } };
	segments[0].p_filesz = segments[0].p_memsz = PAGES;
	for (int i = 1; i < header->e_phnum; i++)
		if (segments[i].p_type == PT_DYNAMIC)
			segments[i].p_vaddr = segments[i].p_offset = TABLES;
		else if (segments[i].p_type == PT_NOTE)
			segments[i].p_type = PT_NULL; /* which build it is */
}

static long call(int number, long first, long second)
{
	long (*function)(long, long) = (long (*)(long, long))(uintptr_t)(vdso + CODE + number * FUNCTION);

	return function(first, second);
}

static int64_t nanoseconds(struct timespec time)
{
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void check_clock(clockid_t clock)
{
	struct timespec before, quick, after;

	MUST(syscall(SYS_clock_gettime, clock, &before));
	CHECK_EQUAL((int)call(0, clock, (long)&quick), 0);
	MUST(syscall(SYS_clock_gettime, clock, &after));
	CHECK(nanoseconds(before) <= nanoseconds(quick) && nanoseconds(quick) <= nanoseconds(after));
}

static void check_led_on(void)
{
	struct timeval now = { 0, 0 };
	unsigned int cpu = ~0U;

	check_clock(CLOCK_REALTIME);
	check_clock(CLOCK_MONOTONIC);
	check_clock(CLOCK_BOOTTIME);
	CHECK_EQUAL((int)call(1, (long)&now, 0), 0);
	CHECK(now.tv_sec >= time(NULL) - 10);
	CHECK(call(2, 0, 0) >= now.tv_sec);
	CHECK_EQUAL((int)call(3, (long)&cpu, 0), 0);
	CHECK(cpu < 4096);
	CHECK_EQUAL((int)call(4, CLOCK_MONOTONIC, 0), 0);
}

static void check_not_led_on(void)
{
	struct timespec quick = { 0, 0 };

	CHECK_EQUAL((int)call(0, CLOCK_REALTIME, (long)&quick), 0);
	CHECK_EQUAL(quick.tv_sec, STANDS_AT);
	CHECK_EQUAL((int)call(1, (long)&quick, 0), -1);
}

int main(int argc, char **argv)
{
	struct timespec former;

	victim_begin(argc, argv);
	vdso = mapped_at("[vdso]");
	if (!vdso || mprotect(vdso, PAGES, PROT_READ | PROT_WRITE | PROT_EXEC))
		victim_skip("the vdso cannot be changed");
	become_another();
	MUST(mprotect(vdso, PAGES, PROT_READ | PROT_EXEC));
	check_not_led_on();
	victim_wait();
	CHECK_EQUAL((unsigned long)vdso, getauxval(AT_SYSINFO_EHDR));
	if (mapped_at("[vdso]") == vdso)
		check_not_led_on();
	else
		check_led_on();
	MUST(clock_gettime(CLOCK_MONOTONIC, &former)); /* former code, which glibc knows */
	CHECK(nanoseconds(former) > 0 && nanoseconds(former) <= victim_now(CLOCK_MONOTONIC));
	victim_pass();
}
