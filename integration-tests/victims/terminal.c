/* Pseudo-terminals of the job's own: modes, size, waiting bytes both ways, a session with a foreground group. */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;

static void make(int *outer, int *inner, tcflag_t off)
{
	struct winsize size = { .ws_row = 33, .ws_col = 132 };
	struct termios modes;

	*outer = MUST(posix_openpt(O_RDWR | O_NOCTTY));
	MUST(grantpt(*outer));
	MUST(unlockpt(*outer));
	*inner = MUST(open(ptsname(*outer), O_RDWR | O_NOCTTY));
	MUST(tcgetattr(*inner, &modes));
	modes.c_lflag &= ~off;
	MUST(tcsetattr(*inner, TCSANOW, &modes));
	MUST(ioctl(*outer, TIOCSWINSZ, &size));
}

static void check_read(int fd, const char *expected)
{
	char text[64] = "";
	size_t length = strlen(expected);

	for (size_t done = 0; done < length;)
		done += (size_t)MUST(read(fd, text + done, length - done));
	CHECK(!strcmp(text, expected));
}

static void check_quiet(int fd)
{
	int waiting;

	MUST(ioctl(fd, FIONREAD, &waiting));
	CHECK_EQUAL(waiting, 0);
}

/* In the foreground, in a group of its own. */
static void front(void)
{
	int own = MUST(open("/dev/tty", O_RDWR));

	MUST(setpgid(0, 0));
	victim_say("front");
	victim_await_go();
	CHECK_EQUAL(tcgetpgrp(slave), getpid());
	check_read(own, "line\n");
	pause();
}

static void session(void)
{
	pid_t child;
	int status;

	MUST(setsid());
	signal(SIGTTOU, SIG_IGN);
	MUST(ioctl(slave, TIOCSCTTY, 0));
	child = victim_fork(front);
	victim_hear("front");
	MUST(tcsetpgrp(slave, child));
	victim_say("session");
	victim_await_go();
	CHECK_EQUAL(tcgetsid(slave), getpid());
	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status));
	CHECK_EQUAL(WTERMSIG(status), SIGINT);
}

int main(int argc, char **argv)
{
	int raw, end, idle, lines, typed, exclusive;
	struct winsize size;
	struct termios modes;
	pid_t child;

	victim_begin(argc, argv);
	make(&master, &slave, ECHO);
	child = victim_fork(session);
	victim_hear("session");
	make(&raw, &end, ICANON | ECHO | ISIG);
	MUST(ioctl(end, TIOCEXCL));
	idle = MUST(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK));
	CHECK_EQUAL(write(raw, "typed\003", 6), 6);
	CHECK_EQUAL(write(end, "out\nput", 7), 7);
	make(&lines, &typed, 0);
	CHECK_EQUAL(write(lines, "one\n\004two\npart", 13), 13);
	check_read(lines, "one\r\ntwo\r\npart");
	victim_wait();
	check_read(end, "typed\003");
	check_read(raw, "out\r\nput");
	check_read(typed, "one\n");
	CHECK_EQUAL(read(typed, &size, sizeof(size)), 0);
	check_read(typed, "two\n");
	CHECK_EQUAL(write(lines, "s\n", 2), 2);
	check_read(typed, "parts\n");
	check_read(lines, "s\r\n");
	check_quiet(lines);
	check_quiet(end);
	check_quiet(raw);
	MUST(ioctl(end, TIOCGWINSZ, &size));
	CHECK_EQUAL(size.ws_row, 33);
	CHECK_EQUAL(size.ws_col, 132);
	MUST(ioctl(end, TIOCGEXCL, &exclusive));
	CHECK_EQUAL(exclusive, 1);
	MUST(tcgetattr(end, &modes));
	CHECK_EQUAL(modes.c_lflag & (ICANON | ECHO | ISIG), 0);
	CHECK_EQUAL(modes.c_oflag & ONLCR, ONLCR);
	CHECK_EQUAL(write(end, "more", 4), 4);
	check_read(raw, "more");
	CHECK_EQUAL(read(idle, &size, 1), -1);
	CHECK_EQUAL(errno, EAGAIN);
	CHECK_EQUAL(write(master, "line\n", 5), 5);
	victim_sleep_ms(100);
	CHECK_EQUAL(write(master, "\003", 1), 1);
	victim_join(child);
	victim_pass();
}
