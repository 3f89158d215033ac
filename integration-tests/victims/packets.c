/* Packets that wait in a pipe and in a FIFO keep their boundaries; so does what is written later. */
#include "victim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_packets(int reader)
{
	char bytes[16];

	CHECK_EQUAL(read(reader, bytes, sizeof(bytes)), 3);
	CHECK_EQUAL(read(reader, bytes, 2), 2);
	CHECK_EQUAL(bytes[0], 't');
	CHECK_EQUAL(read(reader, bytes, sizeof(bytes)), 4);
}

static void write_packets(int writer)
{
	CHECK_EQUAL(write(writer, "one", 3), 3);
	CHECK_EQUAL(write(writer, "three", 5), 5);
	CHECK_EQUAL(write(writer, "four", 4), 4);
}

int main(int argc, char **argv)
{
	int pipe[2], mixed[2], fifo;
	char bytes[16];

	victim_begin(argc, argv);
	MUST(pipe2(pipe, O_DIRECT | O_NONBLOCK));
	MUST(pipe2(mixed, O_DIRECT));
	MUST(mkfifo(victim_path("fifo"), 0644));
	fifo = MUST(open(victim_path("fifo"), O_RDWR | O_NONBLOCK));
	MUST(fcntl(fifo, F_SETFL, O_DIRECT | O_NONBLOCK));
	write_packets(pipe[1]);
	write_packets(mixed[1]);
	write_packets(fifo);
	MUST(fcntl(mixed[1], F_SETFL, 0));
	victim_wait();
	check_packets(pipe[0]);
	check_packets(mixed[0]);
	check_packets(fifo);
	CHECK_EQUAL(read(pipe[0], bytes, sizeof(bytes)), -1);
	CHECK_EQUAL(fcntl(pipe[1], F_GETFL), O_WRONLY | O_DIRECT | O_NONBLOCK);
	CHECK_EQUAL(fcntl(mixed[1], F_GETFL), O_WRONLY);
	write_packets(pipe[1]);
	check_packets(pipe[0]);
	victim_pass();
}
