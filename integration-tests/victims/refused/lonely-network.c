/* Sockets in a network that nobody lives in: what reads the tables of the job's own finds nothing wrong with them. */
#include "../network.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define GET_NETWORK 0x894c /* SIOCGSKNS */

static long network_of(int socket_)
{
	int network = MUST(ioctl(socket_, GET_NETWORK));
	struct stat status;

	MUST(fstat(network, &status));
	MUST(close(network));
	return (long)status.st_ino;
}

int main(int argc, char **argv)
{
	int ours, datagrams;
	long lonely;

	victim_begin(argc, argv);
	ours = MUST(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
	if (unshare(CLONE_NEWNET) < 0)
		victim_skip("no namespaces for this user");
	datagrams = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	MUST(setns(ours, CLONE_NEWNET));
	MUST(close(ours));
	lonely = network_of(datagrams);
	victim_expect_refusal("it was made in a network namespace that no process of the job lives in");
	victim_wait();
	CHECK_EQUAL(network_of(datagrams), lonely);
	victim_pass();
}
