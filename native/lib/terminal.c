/* What waits in a pseudo-terminal. The kernel lets nobody look, so it is read and written back. */
#include <asm/termbits.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "export.h"
#include "reopen.h"

#define END_OF_FILE 4

/* poll(2) also makes the kernel pass on what is still on its way. */
static int waiting(int fd)
{
	struct pollfd asked = {.fd = fd, .events = POLLIN};
	int bytes = 0;

	if (poll(&asked, 1, 0) < 0 || ioctl(fd, FIONREAD, &bytes) < 0)
		return -errno;
	return bytes;
}

static int64_t read_all(int fd, char *buffer, int64_t size)
{
	int64_t done = 0;

	for (int bytes = waiting(fd); bytes != 0; bytes = waiting(fd)) {
		ssize_t some = bytes < 0 ? bytes : read(fd, buffer + done, (size_t)(size - done));

		if (some <= 0)
			return done > 0 ? done : bytes < 0 ? bytes : outcome_long(some);
		done += some;
	}
	return done;
}

static int64_t write_all(int fd, const char *buffer, int64_t size)
{
	int64_t done = 0;

	while (done < size) {
		ssize_t some = write(fd, buffer + done, (size_t)(size - done));

		if (some <= 0)
			return some < 0 ? -errno : -EIO;
		done += some;
	}
	return done;
}

/* What is written to the master arrives later, under who knows which modes; this arrives at once. */
static int64_t type_all(int slave, const char *buffer, int64_t size)
{
	for (int64_t i = 0; i < size; i++)
		if (ioctl(slave, TIOCSTI, buffer + i) < 0)
			return -errno;
	return size;
}

/* Nothing is translated, echoed or taken for a signal, and read(2) does not wait. */
static struct termios2 transparent(struct termios2 modes, tcflag_t lines)
{
	modes.c_iflag = modes.c_oflag = 0;
	modes.c_lflag = lines;
	for (int i = 0; i < NCCS; i++)
		modes.c_cc[i] = 0;
	modes.c_cc[VEOF] = lines ? END_OF_FILE : 0;
	return modes;
}

/* Among lines, the kernel keeps the end of a file as a NUL. */
static void name_ends(char *buffer, int64_t length)
{
	for (int64_t i = 0; i < length; i++)
		if (buffer[i] == 0)
			buffer[i] = END_OF_FILE;
}

/* Lines that wait stay lines only as long as ICANON stays on. */
static int64_t peek_output(int master, int slave, const struct termios2 *before, char *buffer, int64_t size)
{
	struct termios2 lines = transparent(*before, before->c_lflag & ICANON);
	int64_t found, back;

	if (ioctl(slave, TCSETS2, &lines) < 0)
		return -errno;
	found = read_all(master, buffer, size);
	back = write_all(slave, buffer, found);
	ioctl(slave, TCSETS2, before);
	return back < 0 ? back : found;
}

static int64_t peek_input(int slave, const struct termios2 *before, char *buffer, int64_t size)
{
	tcflag_t canonical = before->c_lflag & ICANON;
	struct termios2 bytes = transparent(*before, 0), lines = transparent(*before, canonical);
	int64_t found, back;

	if (ioctl(slave, TCSETS2, &bytes) < 0)
		return -errno;
	found = read_all(slave, buffer, size);
	if (canonical)
		name_ends(buffer, found);
	ioctl(slave, TCSETS2, &lines);
	back = type_all(slave, buffer, found);
	ioctl(slave, TCSETS2, before);
	return back < 0 ? back : found;
}

EXPORT int64_t ckpt_peek_terminal(int32_t master, int32_t slave, int32_t from, void *buffer, int64_t size)
{
	struct termios2 before;
	int packets, off = 0;
	int own = reopen(slave, O_RDWR | O_NOCTTY | O_NONBLOCK);
	int64_t found;

	if (own < 0)
		return own;
	if (ioctl(master, TIOCGPKT, &packets) < 0 || ioctl(master, TIOCPKT, &off) < 0 || ioctl(own, TCGETS2, &before) < 0)
		found = -errno;
	else if (from == master)
		found = peek_output(master, own, &before, buffer, size);
	else
		found = peek_input(own, &before, buffer, size);
	ioctl(master, TIOCPKT, &packets);
	close(own);
	return found;
}
