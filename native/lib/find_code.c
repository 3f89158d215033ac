/* Code of other processes, so that none has to be written there. */
#include <stddef.h>
#include <string.h>

#include "code.h"
#include "export.h"

static const struct code *wanted(int32_t what)
{
	switch (what) {
	case CKPT_CODE_CALL:
		return &code_call;
	case CKPT_CODE_CALL_AND_RETURN:
		return &code_call_and_return;
	case CKPT_CODE_SIGNAL_RETURN:
		return &code_signal_return;
	default:
		return NULL;
	}
}

static int64_t find_in(const uint8_t *bytes, int64_t length, const struct code *code)
{
	const uint8_t *found = memmem(bytes, (size_t)length, code->bytes, code->length);

	return found ? found - bytes : -ENOENT;
}

EXPORT int64_t ckpt_find_code(int32_t pid, int32_t what, int64_t start, int64_t end)
{
	const struct code *code = wanted(what);
	uint8_t bytes[65536];

	while (code && end - start >= (int64_t)code->length) {
		int64_t most = end - start < (int64_t)sizeof(bytes) ? end - start : (int64_t)sizeof(bytes);
		int64_t got = ckpt_read_memory(pid, start, bytes, most);
		int64_t found = got < 0 ? got : find_in(bytes, got, code);

		if (found >= 0)
			return start + found;
		if (got < most)
			return got < 0 ? got : -ENOENT;
		start += got - (int64_t)code->length + 1;
	}
	return code ? -ENOENT : -EINVAL;
}
