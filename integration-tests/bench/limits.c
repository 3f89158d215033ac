/*
 * limits PID START-END THREADS DIR: what this machine can do at best with the memory of a process. One line each,
 * seconds: read (process_vm_readv into a reused buffer), zstd (level 1, frames of 1 MiB with checksum, all threads), unzstd
 * (the same frames, into a reused buffer), write (plain write and fsync of the bytes to a file of DIR), direct (the same past
 * the page cache, where the file system can), fill (populate fresh memory, then pread the file into it, all threads); and
 * "packed", the bytes zstd made.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PIECE (1UL << 20)
#define ROOM  (PIECE + (PIECE >> 4))
#define STEP  (4 * PIECE)

struct range {
	size_t first, end, packed;
};

static pid_t pid;
static unsigned long start;
static size_t size;
static unsigned int threads;
static char *bytes, *fresh, *frames;
static size_t *lengths; /* of the frames */
static int file;

static size_t (*set_parameter)(void *, int, int);
static void *(*create)(void);
static size_t (*compress)(void *, void *, size_t, const void *, size_t);
static size_t (*decompress)(void *, size_t, const void *, size_t);

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void fetch(char *into, size_t place, size_t length)
{
	struct iovec local = { into, length }, remote = { (void *)(start + place), length };

	if (process_vm_readv(pid, &local, 1, &remote, 1, 0) != (ssize_t)length)
		fail("process_vm_readv");
}

static void *read_range(void *argument)
{
	struct range *range = argument;
	char *buffer = malloc(PIECE);

	memset(buffer, 1, PIECE);
	for (size_t place = range->first; place < range->end; place += PIECE)
		fetch(buffer, place, PIECE);
	free(buffer);
	return NULL;
}

static void *pack_range(void *argument)
{
	struct range *range = argument;
	void *context = create();
	char *packed = malloc(ROOM);

	set_parameter(context, 100, 1); /* compression level */
	set_parameter(context, 201, 1); /* checksum */
	for (size_t place = range->first; place < range->end; place += PIECE)
		range->packed += compress(context, packed, ROOM, bytes + place, PIECE);
	free(packed);
	return NULL;
}

static char *frame(size_t place)
{
	return frames + place / PIECE * ROOM;
}

static void *keep_range(void *argument)
{
	struct range *range = argument;
	void *context = create();

	set_parameter(context, 100, 1);
	set_parameter(context, 201, 1);
	for (size_t place = range->first; place < range->end; place += PIECE)
		lengths[place / PIECE] = compress(context, frame(place), ROOM, bytes + place, PIECE);
	return NULL;
}

static void *unpack_range(void *argument)
{
	struct range *range = argument;
	char *buffer = malloc(PIECE);

	memset(buffer, 1, PIECE);
	for (size_t place = range->first; place < range->end; place += PIECE)
		if (decompress(buffer, PIECE, frame(place), lengths[place / PIECE]) != PIECE)
			fail("ZSTD_decompress");
	free(buffer);
	return NULL;
}

static void *fill_range(void *argument)
{
	struct range *range = argument;

	for (size_t place = range->first; place < range->end; place += STEP) {
		size_t length = range->end - place < STEP ? range->end - place : STEP;

		if (madvise(fresh + place, length, MADV_POPULATE_WRITE) < 0)
			fail("MADV_POPULATE_WRITE");
		if (pread(file, fresh + place, length, (off_t)place) != (ssize_t)length)
			fail("pread");
	}
	return NULL;
}

/* Seconds that the work takes when the threads share it; the sum of what they packed. */
static double together(void *(*work)(void *), size_t *packed)
{
	struct range ranges[threads];
	pthread_t ids[threads];
	size_t share = (size / threads + PIECE - 1) / PIECE * PIECE;
	double before = now();

	for (unsigned int i = 0; i < threads; i++) {
		ranges[i] = (struct range) { i * share, (i + 1) * share < size ? (i + 1) * share : size, 0 };
		pthread_create(&ids[i], NULL, work, &ranges[i]);
	}
	for (unsigned int i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
		*packed += ranges[i].packed;
	}
	return now() - before;
}

static void *reserve(size_t length)
{
	void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		fail("mmap");
	return memory;
}

static double unpack_all(void)
{
	size_t count = (size + PIECE - 1) / PIECE, nothing = 0;
	double seconds;

	frames = reserve(count * ROOM);
	lengths = calloc(count, sizeof(*lengths));
	together(keep_range, &nothing);
	seconds = together(unpack_range, &nothing);
	munmap(frames, count * ROOM);
	free(lengths);
	return seconds;
}

static double write_all(int flags)
{
	double before;

	if (ftruncate(file, 0) < 0 || lseek(file, 0, SEEK_SET) < 0)
		fail("ftruncate");
	fcntl(file, F_SETFL, flags);
	before = now();
	for (size_t place = 0; place < size; place += STEP)
		if (write(file, bytes + place, size - place < STEP ? size - place : STEP) < 0)
			fail("write");
	if (fsync(file) < 0)
		fail("fsync");
	return now() - before;
}

static void load_zstd(void)
{
	void *library = dlopen("libzstd.so.1", RTLD_NOW);

	if (!library)
		fail("libzstd.so.1");
	*(void **)&create = dlsym(library, "ZSTD_createCCtx");
	*(void **)&set_parameter = dlsym(library, "ZSTD_CCtx_setParameter");
	*(void **)&compress = dlsym(library, "ZSTD_compress2");
	*(void **)&decompress = dlsym(library, "ZSTD_decompress");
}

int main(int argc, char **argv)
{
	unsigned long end;
	size_t packed = 0, nothing = 0;
	char path[4096];

	if (argc != 5 || sscanf(argv[2], "%lx-%lx", &start, &end) != 2)
		return 64;
	pid = atoi(argv[1]);
	size = end - start;
	threads = (unsigned int)atoi(argv[3]);
	snprintf(path, sizeof(path), "%s/limits", argv[4]);
	file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		fail(path);
	load_zstd();
	printf("read %.6f\n", together(read_range, &nothing));
	bytes = reserve(size);
	for (size_t place = 0; place < size; place += PIECE)
		fetch(bytes + place, place, PIECE);
	printf("zstd %.6f\n", together(pack_range, &packed));
	printf("packed %zu\n", packed);
	printf("unzstd %.6f\n", unpack_all());
	printf("direct %.6f\n", write_all(O_DIRECT));
	printf("write %.6f\n", write_all(0));
	munmap(bytes, size);
	fresh = reserve(size);
	printf("fill %.6f\n", together(fill_range, &nothing));
	close(file);
	unlink(path);
	return 0;
}
