/* System V objects and POSIX message queues, looked at without operating on them. */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"
#include "reopen.h"

EXPORT int ckpt_semaphore_user(int32_t id, int32_t number)
{
	return outcome(semctl(id, number, GETPID));
}

EXPORT int ckpt_semaphore_value(int32_t id, int32_t number)
{
	return outcome(semctl(id, number, GETVAL));
}

EXPORT int64_t ckpt_queue_capacity(int32_t id)
{
	struct msqid_ds status;

	return msgctl(id, IPC_STAT, &status) < 0 ? -errno : (int64_t)status.msg_qbytes;
}

EXPORT int64_t ckpt_peek_message(int32_t id, int32_t position, void *buffer, int64_t size)
{
	ssize_t length = msgrcv(id, buffer, (size_t)size, position, MSG_COPY | IPC_NOWAIT);

	return length < 0 ? -errno : length;
}

/* "QSIZE:0 NOTIFY:1 SIGNO:0 NOTIFY_PID:4711": reading a queue's file takes no message. */
static int read_notification(int file, int64_t *how, int64_t *whom, int64_t *bytes)
{
	char text[128] = "";
	long size, notify, pid;

	if (read(file, text, sizeof(text) - 1) < 0)
		return -errno;
	if (sscanf(text, "QSIZE:%ld NOTIFY:%ld SIGNO:%*d NOTIFY_PID:%ld", &size, &notify, &pid) != 3)
		return -EPROTO;
	*how = notify;
	*whom = pid;
	*bytes = size;
	return 0;
}

EXPORT int ckpt_posix_queue(int32_t fd, int64_t values[6])
{
	struct mq_attr attributes;
	int file, result;

	if (syscall(SYS_mq_getsetattr, fd, NULL, &attributes))
		return -errno;
	values[0] = attributes.mq_maxmsg;
	values[1] = attributes.mq_msgsize;
	values[2] = attributes.mq_curmsgs;
	file = reopen(fd, O_RDONLY);
	if (file < 0)
		return file;
	result = read_notification(file, &values[3], &values[4], &values[5]);
	close(file);
	return result;
}
