package io.ckpt.kind;

import io.ckpt.freeze.FrozenProcess;
import io.ckpt.freeze.PageRange;
import java.util.List;
import java.util.Map;

/**
 * One private mapping of several processes that still share pages of it since a fork(2).
 *
 * @param missing for each process that shares some, in their order: those of the shared pages that it has not
 * @param strangers processes that have something else there, or nothing
 */
public record CommonArea(
        long start, long end, Map<FrozenProcess, List<PageRange>> missing, List<FrozenProcess> strangers) {}
