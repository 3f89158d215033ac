/* A socket whose datagrams are sent without copying, and one that a program of eBPF filters. */
#include "../network.h"

#include <linux/bpf.h>
#include <sys/syscall.h>

#define SO_ZEROCOPY 60

int main(int argc, char **argv)
{
	static const struct bpf_insn keep_all[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0xffff },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insn_cnt = COUNT_OF(keep_all),
		.insns = (uintptr_t)keep_all,
		.license = (uintptr_t) "GPL",
	};
	int program, filtered, counted;

	victim_begin(argc, argv);
	program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
	if (program < 0)
		victim_skip("this kernel takes no program");
	filtered = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	counted = MUST(socket(AF_INET, SOCK_DGRAM, 0));
	MUST(setsockopt(filtered, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof(program)));
	MUST(close(program));
	set_int_option(counted, SOL_SOCKET, SO_ZEROCOPY, 1);
	victim_expect_refusal("eBPF&SO_ZEROCOPY");
	victim_wait();
	victim_pass();
}
