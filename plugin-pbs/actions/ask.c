#include "ask.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "packet.h"

#define SOCKET   "/run/ckpt/notify.sock"
#define GONE_S   10 /* how long a ckptd that is not there may take to come (back) */
#define LOOK_NS  200000000

static time_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int call(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)) &&
	    !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) && peer.uid == 0)
		return fd;
	close(fd);
	return -1;
}

static enum answer hear(int engine, const char *job, time_t end)
{
	struct pollfd polled = { .fd = engine, .events = POLLIN };
	struct ckpt_place_message message;
	time_t left = end - now_s();

	if (left <= 0 || poll(&polled, 1, (int)left * 1000) <= 0)
		return ANSWER_REFUSED;
	if (packet_receive(engine, &message, sizeof(message), NULL, 0) < 0)
		return ANSWER_NONE;
	if (message.type == CKPT_PLACE_VACATED)
		return ANSWER_DONE;
	message.text[sizeof(message.text) - 1] = '\0';
	syslog(LOG_WARNING, "job %s: no checkpoint: %s", job, message.text);
	return ANSWER_REFUSED;
}

static enum answer ask_once(enum ckpt_place_type type, const char *job, time_t end)
{
	struct ckpt_place_message question = { .magic = CKPT_PLACE_MAGIC, .type = type, .value = end - now_s() };
	enum answer answer = ANSWER_NONE;
	int engine = call();

	if (engine < 0)
		return ANSWER_NONE;
	strncpy(question.job, job, sizeof(question.job) - 1);
	if (!packet_send(engine, &question, sizeof(question), NULL, 0))
		answer = hear(engine, job, end);
	close(engine);
	return answer;
}

enum answer ask(enum ckpt_place_type type, const char *job, int seconds)
{
	struct timespec pause = { .tv_nsec = LOOK_NS };
	time_t end = now_s() + seconds, missed = now_s();
	enum answer answer;
	time_t begun;

	do {
		begun = now_s();
		answer = ask_once(type, job, end);
		if (answer != ANSWER_NONE)
			return answer;
		if (begun != now_s())
			missed = now_s(); /* it was there for a while */
		nanosleep(&pause, NULL);
	} while (now_s() < end && now_s() - missed < GONE_S);
	syslog(LOG_WARNING, "job %s: no checkpoint: no ckptd at " SOCKET, job);
	return ANSWER_NONE;
}
