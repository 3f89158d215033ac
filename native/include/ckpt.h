/*
 * ABI 1: what the engine asks of libckpt.so.
 *
 * Every function returns >= 0 or -errno, never prints, never exits, keeps no state between calls,
 * and may be called from any thread; "tracer" marks those that must come from the one thread that
 * seized the task (ptrace(2) belongs to a thread). Buffers belong to the caller and are not kept.
 * Only primitives and byte buffers cross this line.
 *
 * Between two calls a seized task is exactly as it was when it stopped: the caller may die at any
 * moment and the task runs on; for moments within ckpt_remote_call and its like, see there.
 */
#ifndef CKPT_H
#define CKPT_H

#include <stddef.h>
#include <stdint.h>

#define CKPT_ABI 1

/* The value of CKPT_ABI this library was built with. */
int ckpt_abi_version(void);

/* ---- trace.c: tasks ------------------------------------------------------------------------- */

enum ckpt_stop {
	CKPT_STOPPED       = 0, /* stopped by ckpt_seize                                        */
	CKPT_GROUP_STOPPED = 1, /* the same, and a job-control stop is in force (SIGSTOP, ^Z)   */
};

/*
 * Seizes task `tid` and asks it to stop, without waiting. Makes the calling thread its tracer until
 * ckpt_detach or until that thread ends; never kills the task.
 * -EPERM: no permission, already traced, zombie or kernel thread. -ESRCH: gone.
 */
int ckpt_seize(int32_t tid);

/*
 * Keeps seccomp(2) from judging what a stopped task is made to do, until it is let go. tracer.
 * -EPERM: takes CAP_SYS_ADMIN, and a caller that is free of seccomp. -EINVAL: the kernel cannot.
 */
int ckpt_suspend_seccomp(int32_t tid);

/*
 * Whether a stopped task has system calls redirected to itself (PR_SET_SYSCALL_USER_DISPATCH): 1 or 0, also where the
 * kernel does not tell (before 6.4). tracer.
 */
int ckpt_redirects_calls(int32_t tid);

/*
 * The filter of seccomp(2) that a stopped task got as its `number`-th, from 0: struct sock_filter, 8 bytes each, to
 * `program`, which takes 4096 of them, and SECCOMP_FILTER_FLAG_* to `flags`; how many. tracer.
 * -ENOENT: it has no more.
 */
int ckpt_get_seccomp_filter(int32_t tid, int32_t number, void *program, int64_t *flags);

/*
 * Waits up to `timeout_ms` for a seized task to stop; enum ckpt_stop. Signals that arrive first are
 * delivered to the task. tracer.
 * -ETIMEDOUT: it does not stop (vfork(2) in progress, uninterruptible sleep); it was asked again.
 * -ESRCH: it has died, or the tid has passed to a thread that was not seized (execve(2)).
 */
int ckpt_wait_stop(int32_t tid, int32_t timeout_ms);

/*
 * Lets a stopped task go on and forgets it; one under job control stays stopped. tracer.
 * -ESRCH: dead or not stopped; the end of the tracer thread releases such a task.
 */
int ckpt_detach(int32_t tid);

/*
 * Reads register set `type` (NT_PRSTATUS 1: struct user_regs_struct; NT_X86_XSTATE 0x202) of a
 * stopped task; bytes written to `buffer`, cut at `size`. tracer.
 */
int ckpt_get_regset(int32_t tid, int32_t type, void *buffer, int32_t size);

/*
 * Whether the end of the tracer ends a stopped task, which must not go on half finished: 1 or 0. tracer.
 */
int ckpt_kill_on_exit(int32_t tid, int32_t kill);

/* How many bytes NT_X86_XSTATE has on this processor. */
int ckpt_xstate_bytes(void);

/* Where a feature lies in it; 0 where this processor does not have it. */
int ckpt_xstate_offset(int32_t feature);

/* Sets register set `type` of a stopped task from `size` bytes. tracer. */
int ckpt_set_regset(int32_t tid, int32_t type, const void *buffer, int32_t size);

/*
 * The blocked signals of a stopped task, bit n-1 for signal n, to the 8 bytes at `mask`. Within
 * ppoll(2) and its like this is the mask that returns after the call. tracer.
 */
int ckpt_get_signal_mask(int32_t tid, uint64_t *mask);

int ckpt_set_signal_mask(int32_t tid, uint64_t mask);

/*
 * Copies up to `count` pending siginfo_t of 128 bytes, from the one at position `from`, without
 * taking them from the queue; the number copied. `shared`: 0 of the task, 1 of its process. tracer.
 */
int ckpt_peek_signals(int32_t tid, int32_t shared, int64_t from, int32_t count, void *buffer);

/* Address, size, signature and flags of the rseq area: four values; address 0 is none. tracer. */
int ckpt_get_rseq(int32_t tid, int64_t values[4]);

/* sched_getscheduler(2) of a thread: policy and SCHED_RESET_ON_FORK. */
int ckpt_scheduling_policy(int32_t tid);

/* ioprio_get(2) of a thread. */
int ckpt_io_priority(int32_t tid);

/* setpriority(2) and ioprio_set(2) of the calling thread, and of those that it makes from now on. */
int ckpt_stand_back(int32_t nice, int32_t io_priority);

/* What PR_GET_SPECULATION_CTRL of prctl(2) tells the calling thread of itself. */
int ckpt_speculation(int32_t feature);

/* Head and length of the robust futex list, get_robust_list(2). */
int ckpt_get_robust_list(int32_t tid, int64_t values[2]);

/* ---- remote_call.c, remote_list.c, find_code.c ---------------------------------------------- */

/*
 * One whole system call in a stopped task, with all signals held back; registers, signal mask and
 * memory are as before when it returns. `instruction` is the address of a system-call instruction in
 * the task (ckpt_find_code). `result` gets what the kernel returned to the task: value or -errno.
 * Waits as long as the call does: ask for none that blocks, and for none in a task whose cgroup is
 * frozen. tracer.
 *
 * A caller that dies in here leaves a task with wrong registers, unless the task can find back by
 * itself: `instruction` is a CKPT_CODE_CALL_AND_RETURN and `way_back` a CKPT_CODE_SIGNAL_RETURN; 0:
 * there is none. The way lies on the task's stack, below the 4 KiB under the red zone.
 * -ESRCH: the task died. -EOPNOTSUPP: it runs in another mode than this machine's (32-bit).
 */
int ckpt_remote_call(int32_t tid, int64_t instruction, int64_t way_back, int64_t number,
		     const int64_t arguments[6], int64_t *result);

/*
 * The same for many calls in many tasks: each task makes its own in their order, all tasks at once.
 * `tasks` holds seven values for each: tid, instruction and way back, address and length of its room,
 * number of its calls, and where 0 or -errno goes. `calls` holds eight values for each, those of the
 * first task first: number, six arguments, and where the result goes. A room is memory of the task,
 * above its way back, that its calls may write; what they leave there is copied to `rooms`, one room
 * behind the other, and what was there is put back. tracer.
 * -ENOMEM: nothing was called.
 */
int ckpt_remote_calls(int64_t *tasks, int32_t count, int64_t *calls, void *rooms);

/*
 * The same in one run of each task and one stop, instead of two stops for each call: the task makes
 * its calls by itself, and waits to be fetched. `tasks` holds seven values for each: tid, address and
 * length of its place, address and length of its room, number of its calls, and where 0 or -errno
 * goes. A place is memory that the task may write and execute and that nobody uses, of the length that
 * ckpt_list_place tells; the room lies in it where ckpt_list_room tells. What is left in a place
 * afterwards is nobody's. tracer.
 *
 * A task whose caller dies in here waits for two seconds and goes on as it was; the place is left.
 * Not for a task under seccomp(2): who suspended the filters may die.
 * -EOPNOTSUPP: not in this task (32-bit; protection key 0 disabled); nothing was called.
 * -ECANCELED: the caller was late, and the task went on before it was fetched. It is stopped again.
 */
int ckpt_remote_lists(int64_t *tasks, int32_t count, int64_t *calls, void *rooms);

/* Bytes that the place of a task with so many calls and so much room takes. */
int64_t ckpt_list_place(int64_t calls, int64_t room);

/* Where in the place of a task with so many calls its room begins. */
int64_t ckpt_list_room(int64_t calls);

enum ckpt_code {
	CKPT_CODE_CALL            = 0, /* a system-call instruction                             */
	CKPT_CODE_CALL_AND_RETURN = 1, /* the same, and a return from a subroutine behind it    */
	CKPT_CODE_SIGNAL_RETURN   = 2, /* calls rt_sigreturn(2)                                 */
};

/* Address of the first such code in [start, end) of a process; -ENOENT: none there. */
int64_t ckpt_find_code(int32_t pid, int32_t what, int64_t start, int64_t end);

/* ---- memory.c ------------------------------------------------------------------------------- */

/*
 * Copies from the memory of a process, PROT_NONE pages too; the number of bytes before the first
 * unreadable one, -EFAULT when that is the very first.
 */
int64_t ckpt_read_memory(int32_t pid, int64_t address, void *buffer, int64_t length);

/* Copies into the memory of a process whatever its protection; the rest as ckpt_read_memory. */
int64_t ckpt_write_memory(int32_t pid, int64_t address, const void *buffer, int64_t length);

/*
 * Ranges of [start, end) whose pages belong to the process alone: anonymous memory and pages of
 * private file mappings that were written to. Pages never touched, the zero page and guard pages are
 * left out. Without `files` none may be mapped there; to tell their pages from others the kernel looks
 * at every page, which takes six times as long. Writes up to `capacity` pairs (start, end) to `ranges`,
 * and to `next` where to go on; the number of pairs. Done when *next == end.
 */
int ckpt_scan_pages(int32_t pid, int64_t start, int64_t end, int32_t files, int64_t *ranges, int32_t capacity,
		    int64_t *next);

/* The same for guard pages (MADV_GUARD_INSTALL of madvise(2)); none on a kernel without them. */
int ckpt_scan_guards(int32_t pid, int64_t start, int64_t end, int64_t *ranges, int32_t capacity,
		     int64_t *next);

/*
 * Page frames behind `count` pages from `start` on: 0 where there is none, where a file stands behind
 * it, where nobody else maps it, and everywhere for a caller whom the kernel shows none.
 */
int ckpt_shared_frames(int32_t pid, int64_t start, int32_t count, int64_t *frames);

/* ---- files.c, peek.c, tcp.c, unaccepted.c, terminal.c, sock_diag.c: descriptors, stolen ones - */

int ckpt_pidfd_open(int32_t pid);

/* Of one thread; -EINVAL on a kernel without PIDFD_THREAD. */
int ckpt_pidfd_open_thread(int32_t tid);

/* Duplicates descriptor `number` of the process behind `pidfd`; close-on-exec, to be closed. */
int ckpt_pidfd_getfd(int32_t pidfd, int32_t number);

/* Type of the file system that a file lies on; see f_type in statfs(2). */
int64_t ckpt_file_system(int32_t fd);

/* Size of the pages that a file of hugetlbfs is made of; 0 for any other file. */
int64_t ckpt_huge_page_size(int32_t fd);

/*
 * Nanoseconds that a timerfd has left. A periodic one stops at an expiration that nobody reads: the
 * question counts those since and has it run on.
 */
int64_t ckpt_timer_left(int32_t fd);

/* Writes all of it by position, also into a file of hugetlbfs, which has no write(2); `length`. */
int64_t ckpt_write_content(int32_t fd, int64_t offset, const void *buffer, int64_t length);

/* kcmp(2): 0 equal, 1 less, 2 greater: a total order among resources of one type. */
int ckpt_kcmp(int32_t pid1, int32_t pid2, int32_t type, int64_t index1, int64_t index2);

/*
 * kcmp(2) with KCMP_EPOLL_TFD: 0 when entry number `ordinal` for descriptor `number` of epoll
 * instance `epoll` in process `watcher` watches what descriptor `fd` of process `pid` is.
 * -ENOENT: there is no such entry.
 */
int ckpt_compare_watched(int32_t pid, int32_t fd, int32_t watcher, int32_t epoll, int32_t number,
			 int32_t ordinal);

/* open(2) of what is there, close-on-exec. */
int ckpt_open(const char *path, int32_t flags);

/*
 * The file behind a handle (name_to_handle_at(2)) in the file system that holds the directory `mount`:
 * a descriptor with O_PATH. -ESTALE: it is gone.
 */
int ckpt_open_handle(const char *mount, int32_t type, const void *handle, int32_t length);

/*
 * Whether somebody else, without any capability, has access as `access[i]` says (access(2)) to each of
 * `count` paths, which stand in `paths` one after the other, a NUL after each, and are looked up below
 * the directory `root`: results[i] is 0 or -errno. `ids` are his uid and gid. The caller is root; its
 * thread is itself again when this returns.
 */
int ckpt_access_as(const uint32_t ids[2], const uint32_t *groups, int32_t group_count, int32_t root,
		   const char *paths, const int32_t *access, int32_t count, int32_t *results);

/* Opens a file for reading; close-on-exec, to be closed. */
int ckpt_open_read_only(const char *path);

int ckpt_close(int32_t fd);
int ckpt_fsync(int32_t fd);
int ckpt_fcntl(int32_t fd, int32_t command, int64_t argument);

/*
 * Whom a file signals: values[0] type (F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP), values[1] its id or 0
 * for nobody, values[2] the signal or 0 for the usual one. See F_GETOWN_EX and F_GETSIG in fcntl(2).
 */
int ckpt_get_owner(int32_t fd, int64_t values[3]);

/* ioctl(2) whose argument is a pointer to `in_out`. */
int ckpt_ioctl(int32_t fd, int64_t request, void *in_out);

/* getsockopt(2); the number of bytes written. */
int ckpt_getsockopt(int32_t fd, int32_t level, int32_t name, void *value, int32_t size);

/*
 * Address of a socket (getsockname(2)), or with `peer` 1 of its peer (getpeername(2)): its length.
 */
int ckpt_socket_name(int32_t fd, int32_t peer, void *address, int32_t size);

/* poll(2) without waiting; the events that hold. */
int ckpt_poll(int32_t fd, int32_t events);

int64_t ckpt_pread(int32_t fd, int64_t position, void *buffer, int64_t length);
int64_t ckpt_pwrite(int32_t fd, int64_t position, const void *buffer, int64_t length);

/*
 * The first range of the file at or after `position` that is not a hole, to values[0] (start) and
 * values[1] (end); 1, or 0 when only a hole or nothing is left. The offset does not move.
 */
int ckpt_find_data(int32_t fd, int64_t position, int64_t values[2]);

/*
 * Eleven values of stat(2): device, inode, mode, links, uid, gid, rdev, size, blocks, mtime in
 * nanoseconds, ctime in nanoseconds. Symbolic links are followed.
 */
int ckpt_stat(const char *path, int64_t values[11]);
int ckpt_fstat(int32_t fd, int64_t values[11]);

/* The same of a symbolic link itself. */
int ckpt_lstat(const char *path, int64_t values[11]);

/* Id, as mountinfo and fdinfo have it, of the mount that a path leads through; symbolic links are followed. */
int ckpt_mount_id(const char *path);

/* How many bytes the names of a file's extended attributes take; of a symbolic link itself. */
int64_t ckpt_attribute_names(const char *path);

/* The content of a file, cut at `size`: how much there was. For the small files of /proc. */
int64_t ckpt_read_file(const char *path, void *buffer, int64_t size);

/*
 * Entries of a directory whose names are numbers, in the order of the directory: how many there are,
 * of which the first `capacity` are written to `numbers`.
 */
int ckpt_list_numbers(const char *path, int32_t *numbers, int32_t capacity);

/*
 * All names in a directory but "." and "..", each with its NUL: how many bytes they take, of which whole names
 * up to `size` are written to `names`.
 */
int64_t ckpt_list_names(const char *path, char *names, int64_t size);

/*
 * Opens a file for writing past the page cache, at multiples of `block` in file and memory. -EOPNOTSUPP: it wants greater ones,
 * or does not say.
 */
int ckpt_open_direct(const char *path, int32_t block);

/* Has the kernel begin to write part of a file to its disk, and does not wait for that. */
int ckpt_write_behind(const char *path, int64_t start, int64_t length);

/* readlink(2); the length, without a closing NUL. */
int ckpt_readlink(const char *path, void *buffer, int32_t size);

/*
 * Bytes queued in a pipe, copied and not consumed; either end will do. `lengths` gets the length of
 * each packet (O_DIRECT), or of all in one piece; *count, its capacity before, says how many.
 */
int64_t ckpt_peek_pipe(int32_t fd, void *buffer, int64_t size, int32_t *lengths, int32_t *count);

/*
 * Bytes that wait to be read from one side of a pseudo-terminal, put back at once; `master` and `slave`
 * are both sides, `from` is one of them. Its modes are as before. Nobody else may use it meanwhile.
 * Among lines (ICANON) the end of a file is a byte 4.
 */
int64_t ckpt_peek_terminal(int32_t master, int32_t slave, int32_t from, void *buffer, int64_t size);

/*
 * The message (or for a stream, the bytes) found `offset` bytes into the receive queue of a UNIX or
 * UDP socket, not consumed: its length; -EMSGSIZE when `size` is less; -EAGAIN when the queue ends
 * there, 0 also when the peer closed it there. The address of its sender goes to `name`, cut at
 * *name_size, which then says how long it is (0: none); pid, uid and gid of the sender go to `sender`,
 * pid 0 when it did not say, -1 for UDP and at the end of what a peer closed. `count` says how many
 * descriptors travel with it, written to `fds` (room for 253); they are duplicates and the caller's to
 * close. A message without bytes is found once only.
 */
int64_t ckpt_peek_socket(int32_t fd, int64_t offset, void *buffer, int64_t size, void *name,
			 int32_t *name_size, int32_t *fds, int32_t *count, int32_t sender[3]);

/*
 * How many of the `length` bytes that ckpt_peek_socket found in a stream come before the message that
 * its descriptors travel with, which is the last of them; written to `buffer`.
 */
int64_t ckpt_peek_before(int32_t fd, int64_t offset, void *buffer, int64_t length);

/*
 * The bytes queued to be received from a TCP connection, not consumed: how many; `size` when there may be more. values[0]:
 * which of them is urgent (MSG_OOB), -1 for none; values[1]: 1 when that one has been read already, and its value is
 * lost. -EAGAIN when an urgent byte is announced and not there; -EOPNOTSUPP when the kernel shows nothing behind
 * one (before 6.9).
 */
int64_t ckpt_peek_stream(int32_t fd, void *buffer, int64_t size, int64_t values[2]);

/*
 * Has the last close of a TCP socket tell the other end that the connection broke, and leave nothing
 * behind that keeps its address busy. 0 for any other file too.
 */
int ckpt_reset_on_close(int32_t fd);

/*
 * The bytes in a queue of a TCP connection, not consumed: `queue` 1 to be received, 2 written and not
 * yet acknowledged; how many, cut at `size`. values[0]: sequence number behind the last of them (one
 * more once the stream has been closed); values[1]: how many of what was written have never been
 * sent; values[2..6]: struct tcp_repair_window. The socket is in repair mode meanwhile; that ends
 * even if the caller is killed, unless all of its control group is. Needs CAP_NET_ADMIN.
 */
int64_t ckpt_read_tcp_queue(int32_t fd, int32_t queue, int64_t values[7], void *buffer, int64_t size);

/*
 * What waits in the `count` TCP connections that nobody has accepted from `listener`: written to `buffer` one after the
 * other; how many bytes. Their other ends are `clients`, -1 for one that has been closed, whose addresses are `names`, each a
 * struct sockaddr_in6 or the beginning of one. lengths[i]: the bytes of clients[i]; marks[i]: which of them is
 * urgent (MSG_OOB), or -1. For a moment the connections are accepted; then the clients, the same sockets with the same
 * addresses, connect and send once more, in the order in which they wait. Nobody may use either end meanwhile. That
 * ends even if the caller is killed, unless all of its control group is. -EAGAIN, and nothing is done, when
 * others wait too; -EMSGSIZE when `size` is less. Needs CAP_NET_ADMIN.
 */
int64_t ckpt_read_unaccepted(int32_t listener, const int32_t *clients, const void *names, int32_t count,
			     int64_t *lengths, int64_t *marks, void *buffer, int64_t size);

/* A socket for the questions below (sock_diag(7)) to the network namespace of `pid`; to be closed. */
int ckpt_diag_open(int32_t pid);

/* Inode of the peer of the UNIX socket `inode`; 0 when it has none. One thread at a time asks `diag`. */
int64_t ckpt_unix_peer(int32_t diag, int64_t inode);

/*
 * Inodes of the sockets whose connections wait to be accepted by the UNIX socket `inode`, in their
 * order, 0 for one that has been closed; how many there are, of which the first `capacity` are
 * written to `inodes`.
 */
int64_t ckpt_unix_pending(int32_t diag, int64_t inode, int64_t *inodes, int32_t capacity);

/* How many connections may wait to be accepted by the UNIX socket `inode`, as listen(2) was told. */
int64_t ckpt_unix_backlog(int32_t diag, int64_t inode);

/* 1 when a TCP socket that is connected or listens has keys of TCP_MD5SIG; -ENOENT when it is neither. */
int ckpt_tcp_keys(int32_t diag, int32_t fd);

/*
 * Of the packet socket `inode`: what it has joined (PACKET_ADD_MEMBERSHIP) goes to `memberships` as struct
 * packet_diag_mclist, and to `has_ring` whether the kernel shares rings with it (PACKET_MMAP); how many bytes.
 * -ENOENT: there is none, or the kernel does not tell of such sockets.
 */
int64_t ckpt_packet_socket(int32_t diag, int64_t inode, int32_t *has_ring, void *memberships, int64_t size);

/* ---- namespace.c ------------------------------------------------------------------------------- */

/* The calling thread enters the namespace of sort `type` (CLONE_NEWIPC) that `fd` leads to; see setns(2). */
int ckpt_setns(int32_t fd, int32_t type);

/* The content, cut at `size`, of a short file as a process sees it that has entered user namespace `fd`. */
int64_t ckpt_read_in_user_namespace(int32_t fd, const char *path, void *buffer, int64_t size);

/* ---- ipc.c: System V objects of the caller's ipc namespace, POSIX message queues --------------- */

/* The process that last operated on semaphore `number` of set `id`, 0 when none has. */
int ckpt_semaphore_user(int32_t id, int32_t number);

int ckpt_semaphore_value(int32_t id, int32_t number);

/* Bytes that may wait in message queue `id`. */
int64_t ckpt_queue_capacity(int32_t id);

/*
 * The message at `position` in queue `id`, not taken: its type (8 bytes) and its text go to `buffer`, which
 * has room for `size` bytes of text; the length of the text. -ENOMSG: the queue ends before. -E2BIG: no room.
 */
int64_t ckpt_peek_message(int32_t id, int32_t position, void *buffer, int64_t size);

/*
 * Of a POSIX message queue: the most messages, the longest message, how many wait; how it notifies of the
 * next one (sigev_notify) and which process, 0 for none; the bytes of all that wait.
 */
int ckpt_posix_queue(int32_t fd, int64_t values[6]);

/*
 * The messages that wait in a POSIX queue, in the order in which they would be received: their texts go to `buffer`, where
 * there must be room for the longest message behind all that wait, lengths and priorities to `lengths` and `priorities`;
 * how many, at most `capacity`. They are taken out and put back by a process of its own, which goes on when the caller is
 * killed; nobody may receive or send meanwhile, or be notified.
 * -EAGAIN, -ENOMEM: one could not be put back.
 */
int ckpt_peek_posix_queue(int32_t fd, void *buffer, int64_t size, int32_t *lengths, uint32_t *priorities, int32_t capacity);

/* ---- process.c ------------------------------------------------------------------------------ */

/*
 * Starts `path` as a child with the strings of `argv` and `envp` (each a sequence of NUL-terminated
 * strings, closed by an empty one) and with fds[i] as descriptor i, -1 for none; all others closed,
 * signals at their defaults, none blocked. `new_session` 1: setsid(2). The pid, to be reaped with
 * ckpt_reap. Errors of execve(2) are told here.
 */
int ckpt_spawn(const char *path, const char *argv, const char *envp, const int32_t *fds,
	       int32_t count, int32_t new_session);

/*
 * Waits up to `timeout_ms` (-1: for ever) for a child of the caller to end and reaps it: its wait
 * status. Never takes a ptrace stop for an exit. -ETIMEDOUT: it runs. -ECHILD: not a child.
 */
int ckpt_reap(int32_t pid, int32_t timeout_ms);

/* Waits up to `timeout_ms` for the process behind `pidfd` to end, child or not: 0, or -ETIMEDOUT. */
int ckpt_wait_gone(int32_t pidfd, int32_t timeout_ms);

/* kill(2). */
int ckpt_kill(int32_t pid, int32_t signal);

/* ---- socket.c: SOCK_SEQPACKET sockets ------------------------------------------------------- */

/* Listens on `path` (at most 107 bytes) made with permission bits `mode`; close-on-exec. */
int ckpt_listen(const char *path, int32_t mode);

int ckpt_connect(const char *path);

/* Accepts within `timeout_ms` (-1: for ever); -ETIMEDOUT. */
int ckpt_accept(int32_t fd, int32_t timeout_ms);

/* pid, uid and gid of the peer as the kernel recorded them at connect. */
int ckpt_peer(int32_t fd, int32_t values[3]);

int ckpt_socketpair(int32_t fds[2]);

/* Ends a socket for both sides, and a ckpt_receive or ckpt_accept under way in another thread. */
int ckpt_shutdown(int32_t fd);

/* Sends one packet with `count` (at most 16) descriptors, which stay open here. -EPIPE: closed. */
int ckpt_send(int32_t fd, const void *packet, int32_t length, const int32_t *fds, int32_t count);

/*
 * Receives one packet within `timeout_ms` (-1: for ever): its length, 0 when the peer has closed.
 * Up to *count descriptors go to `fds`, close-on-exec and the caller's to close; *count says how
 * many. -EMSGSIZE: the packet or its descriptors did not fit; nothing is kept.
 */
int ckpt_receive(int32_t fd, void *packet, int32_t size, int32_t *fds, int32_t *count,
		 int32_t timeout_ms);

/* ---- live.c: pages of running processes, each taken before it is written --------------------- */

/* What userfaultfd(2) can do here: UFFD_FEATURE bits, or -errno when there is none. */
int64_t ckpt_userfault_features(void);

/*
 * A handle with a ring of `slots` slots of 2 MiB, to be given back with ckpt_live_close. Between open and start one thread
 * at a time may use it, but for ckpt_live_protect.
 */
int64_t ckpt_live_open(int32_t slots);

/*
 * Adds a stopped process and its fresh userfaultfd, which belongs to the handle from now on, also when this fails; the
 * number of the process.
 */
int ckpt_live_watch(int64_t live, int32_t pid, int32_t uffd);

/* The process has run since, and is stopped again; it may be another program's, or another, of which nothing is protected. */
int ckpt_live_watch_again(int64_t live, int32_t space, int32_t pid);

/*
 * Registers a mapping. -EINVAL: the kernel can watch no such mapping. -EBUSY: somebody else watches it. -ENOMEM: the memory
 * that is watched has gone.
 */
int ckpt_live_register(int64_t live, int32_t space, int64_t start, int64_t end);

/*
 * Adds `count` windows (start, end, number of pages that ckpt_scan_pages finds there now): ascending, in mappings that were
 * registered, none larger than a slot, none across a multiple of 2 MiB.
 */
int ckpt_live_add(int64_t live, int32_t space, const int64_t *windows, int32_t count);

/* Protects the pages of a range against writing where they are not; any number of threads at once. */
int ckpt_live_protect(int64_t live, int32_t space, int64_t start, int64_t end);

/*
 * For processes that run once more before they are copied, so that most of their memory is protected before they are
 * stopped: starts a thread that lets them write whatever they want to. -errno.
 */
int ckpt_live_admit(int64_t live);

/* Ends that; the processes are stopped, or nothing is to be protected any more. */
int ckpt_live_admit_end(int64_t live);

/*
 * Starts the thread that copies windows, first those that the process wants to write, and lets it write again. From now on
 * the process may run. It waits for a window only when every slot is filled; half of them are kept for such windows.
 */
int ckpt_live_start(int64_t live);

/*
 * Lets stopped tasks go on and stays with them until the copy is over: a system call that takes memory away waits until that
 * has been copied. `tasks` holds `count` triples: tid, space or -1, 1 when a job-control stop is in force. New threads are
 * accompanied too. The tasks that are left go on untraced when the calling thread ends, which must be soon. tracer.
 */
int ckpt_live_escort(int64_t live, const int32_t *tasks, int32_t count);

/*
 * Waits for a window to be copied: its slot; space, start and end to `values`. Each window comes once. Bytes of the slot are
 * the window's from its start on, zero where it had no pages.
 * -ENODATA and other errors: the copy has failed, see ckpt_live_failure; nothing is protected any more.
 */
int ckpt_live_next(int64_t live, int64_t values[3]);

/* Address of a slot's memory in the caller. */
int64_t ckpt_live_slot(int64_t live, int32_t slot);

/* Gives an emptied slot back. */
int ckpt_live_give_back(int64_t live, int32_t slot);

/* 0, or why the copy failed; space and address of the window to `values`. -ENODATA: its pages went before they were copied. */
int ckpt_live_failure(int64_t live, int64_t values[2]);

/* Ends the copy, done or not: every process writes and is watched no more. The escort returns soon. */
int ckpt_live_end(int64_t live);

/*
 * The same, waits for the thread of the escort to end, and gives all memory of the handle back. Nobody may use it any more,
 * no escort either.
 */
int ckpt_live_close(int64_t live);

/* ---- track.c: which pages were written ------------------------------------------------------ */

/*
 * Whether this kernel can tell, tried on memory of the caller's own: 0. -EOPNOTSUPP: it cannot, or it believes pages to be
 * unwritten that have been given back, replaced or moved.
 */
int ckpt_track_check(void);

/* Makes a fresh userfaultfd one by which writing is noted and never waits. */
int ckpt_track_begin(int32_t uffd);

/*
 * Has writing to a whole mapping noted, from the next ckpt_track_scan that protects on; 0 also when it was noted already. The
 * process is stopped: of a mapping that has grown meanwhile a part would be noted, and mremap(2) wants it in one. -EINVAL:
 * there is no such mapping. -EBUSY: somebody else watches it. -ENOMEM: the memory that `uffd` is about has gone.
 */
int ckpt_track_add(int32_t uffd, int64_t start, int64_t end);

/* Ends that, for a whole mapping of a stopped process too. */
int ckpt_track_remove(int32_t uffd, int64_t start, int64_t end);

/* Opens what tells of the pages of a process; it stays with the memory that the process has now. */
int ckpt_track_open(int32_t pid);

/*
 * Pages of [start, end) that ckpt_scan_pages would find too, where writing is noted: triples (start, end, 1 when written since
 * they were last protected, else 0), of which up to `capacity` go to `pages`, and to `next` where to go on; how many.
 * `protect` 1: they count as unwritten from now on. -ESRCH: the memory has gone.
 */
int ckpt_track_scan(int32_t pagemap, int64_t start, int64_t end, int32_t protect, int64_t *pages, int32_t capacity,
		    int64_t *next);

/*
 * Parts of [start, end), a mapping or a part of one, outside of which every page is there and counts as unwritten; found ten
 * times as fast as by ckpt_track_scan. All of it where writing is not noted. Pairs, ascending, of which up to `capacity` go to
 * `parts`, and to `next` where to go on; how many. The process is stopped. -ESRCH: the memory has gone.
 */
int ckpt_track_unprotected(int32_t pagemap, int64_t start, int64_t end, int64_t *parts, int32_t capacity, int64_t *next);

/* ---- fill.c: pages for memory that has none yet ---------------------------------------------- */

/* A fresh userfaultfd of a process is to fill memory; it stays the caller's to close, which ends all. */
int ckpt_fill_begin(int32_t uffd);

/* Until the end nobody but ckpt_fill may touch pages of this range that are not there: he would wait. */
int ckpt_fill_register(int32_t uffd, int64_t start, int64_t end);

/* Puts pages where there are none: `length` bytes, whole pages, from `buffer`. -EEXIST: there was one. */
int ckpt_fill(int32_t uffd, int64_t address, const void *buffer, int64_t length);

/*
 * The same for a process that runs meanwhile. The userfaultfd, which was made with O_NONBLOCK, tells of faults, forks and
 * memory that is moved or given back; who makes such a change waits until that has been read. Faults of the kernel must be
 * served too.
 */
int ckpt_fill_listen(int32_t uffd);

/*
 * Puts pages where there are none, leaves those that are there, and wakes who waits for them: how many bytes, from the first
 * on, are there now. Less than `length`: the process changes its mappings, which must be read first. -ENOENT: at a page that
 * nobody watches. -ESRCH: the memory is gone.
 */
int64_t ckpt_fill_missing(int32_t uffd, int64_t address, const void *buffer, int64_t length);

/* Zero pages where there are none, for who waits for them. -EAGAIN: as above. -EEXIST: there was one. */
int ckpt_fill_zero(int32_t uffd, int64_t address, int64_t length);

/* Wakes who waits for pages that are there. */
int ckpt_fill_wake(int32_t uffd, int64_t address, int64_t length);

/* Whether the page of an address is still watched, wherever its memory came from. -EAGAIN: as above. -ESRCH: all is gone. */
int ckpt_fill_watched(int32_t uffd, int64_t address);

/* Something that can be rung from any thread; to be closed. */
int ckpt_fill_alarm(void);

int ckpt_fill_ring(int32_t alarm);

/*
 * Waits until one of `count` userfaultfds, the first of which is an alarm instead, has something to say: how many have; 1 or
 * 0 for each to `ready`. An alarm that rang is silent again.
 */
int ckpt_fill_await(const int32_t *fds, int32_t count, int32_t timeout_ms, int32_t *ready);

/* ---- plan.c: the engine's side of a running plan (ckpt_plan.h) ------------------------------ */

/*
 * Puts an encoded plan into a sealed memory file and maps it; a handle, to be given back with
 * ckpt_plan_close. Layout and counts are taken from `bytes` once and for all: tasks of the plan
 * share the memory and may belong to the job's user.
 */
int64_t ckpt_plan_open(const void *bytes, int64_t size);

/* Descriptor of the memory file, for the restorer; belongs to the handle. */
int ckpt_plan_descriptor(int64_t plan);

/* Unmaps and closes; tasks of the plan keep theirs. */
int ckpt_plan_close(int64_t plan);

/*
 * Waits until every task has arrived at a barrier. -ETIMEDOUT. -ECANCELED: the plan has failed, see
 * ckpt_plan_failure.
 */
int ckpt_plan_await_tasks(int64_t plan, int32_t barrier, int32_t timeout_ms);

/* Waits until `count` tasks have parked; as ckpt_plan_await_tasks. */
int ckpt_plan_await_parked(int64_t plan, int32_t count, int32_t timeout_ms);

/* Lets the tasks at a barrier go on. */
int ckpt_plan_release(int64_t plan, int32_t barrier);

/* What a slot holds now. */
int ckpt_plan_slot(int64_t plan, int32_t index, int64_t *value);

/* 1 when the plan has failed: program (-1: all of it), step, tid as it sees itself, result. Else 0. */
int ckpt_plan_failure(int64_t plan, int64_t values[4]);

#endif
