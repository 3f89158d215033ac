/* Interest lists: data, edge trigger, one-shot (armed and spent), nested, and a target that is a duplicate. */
#include "victim.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int outer, inner;

static void add(int set, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = { .events = events, .data.u64 = data };

	MUST(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
}

/* The data of the one event that is there; 0 where there is none. */
static uint64_t next(int set)
{
	struct epoll_event event;
	int count = MUST(epoll_wait(set, &event, 1, 0));

	return count ? event.data.u64 : 0;
}

int main(int argc, char **argv)
{
	int quiet, edge, once, spent, duplicate, deep, ends[2];

	victim_begin(argc, argv);
	outer = MUST(epoll_create1(EPOLL_CLOEXEC));
	inner = MUST(epoll_create1(0));
	quiet = MUST(eventfd(0, EFD_NONBLOCK));
	edge = MUST(eventfd(0, EFD_NONBLOCK));
	once = MUST(eventfd(0, EFD_NONBLOCK));
	spent = MUST(eventfd(1, EFD_NONBLOCK));
	deep = MUST(eventfd(0, EFD_NONBLOCK));
	MUST(pipe(ends));
	duplicate = MUST(dup2(ends[0], 345));
	add(outer, spent, EPOLLIN | EPOLLONESHOT, 0x4444);
	CHECK_EQUAL(next(outer), 0x4444);
	add(outer, quiet, EPOLLIN, 0x1111111111111111);
	add(outer, edge, EPOLLIN | EPOLLET, 0x2222);
	add(outer, once, EPOLLIN | EPOLLONESHOT, 0x3333);
	add(outer, duplicate, EPOLLIN, 0x5555);
	add(inner, deep, EPOLLIN, 0x7777);
	add(outer, inner, EPOLLIN, 0x6666);
	victim_wait();
	CHECK_EQUAL(next(outer), 0);
	MUST(eventfd_write(quiet, 1));
	CHECK_EQUAL(next(outer), 0x1111111111111111);
	CHECK_EQUAL(next(outer), 0x1111111111111111);
	MUST(eventfd_read(quiet, &(eventfd_t){ 0 }));
	MUST(eventfd_write(edge, 1));
	CHECK_EQUAL(next(outer), 0x2222);
	CHECK_EQUAL(next(outer), 0);
	MUST(eventfd_write(once, 1));
	CHECK_EQUAL(next(outer), 0x3333);
	CHECK_EQUAL(next(outer), 0);
	CHECK_EQUAL(write(ends[1], "x", 1), 1);
	CHECK_EQUAL(next(outer), 0x5555);
	MUST(epoll_ctl(outer, EPOLL_CTL_DEL, duplicate, NULL));
	MUST(eventfd_write(deep, 1));
	CHECK_EQUAL(next(outer), 0x6666);
	CHECK_EQUAL(next(inner), 0x7777);
	MUST(epoll_ctl(outer, EPOLL_CTL_DEL, spent, NULL));
	victim_pass();
}
