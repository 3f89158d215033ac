#include <stdio.h>

#include "../duration.h"

static int failed;

static void expect(const char *text, int result, uint32_t seconds)
{
	uint32_t read = 0;
	int got = duration_read(text, &read);

	if (got == result && read == seconds)
		return;
	printf("'%s': %d, %u s instead of %d, %u s\n", text, got, read, result, seconds);
	failed = 1;
}

int main(void)
{
	expect("45", 0, 45 * 60);
	expect("0:20", 0, 20);
	expect("1:30", 0, 90);
	expect("1:00:05", 0, 3605);
	expect("2-3", 0, 51 * 3600);
	expect("1-0:30", 0, 86400 + 1800);
	expect("1-2:03:04", 0, 86400 + 2 * 3600 + 3 * 60 + 4);
	expect("0", -1, 0);
	expect("", -1, 0);
	expect("x", -1, 0);
	expect("-5", -1, 0);
	expect("1:", -1, 0);
	expect("1:2:3:4", -1, 0);
	expect("1-", -1, 0);
	expect("1-2-3", -1, 0);
	expect(" 5", -1, 0);
	expect("71582789", -1, 0);
	expect("99999999999999999999", -1, 0);
	return failed;
}
