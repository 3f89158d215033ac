package io.ckpt.plan;

import java.util.List;

/**
 * A whole restart.
 *
 * @param holeStart address that is free in every process, page-aligned; the restorer moves there
 * @param holeLength bytes free there
 * @param programs the first one is where the restorer begins
 */
public record Plan(long holeStart, long holeLength, List<Program> programs, List<Barrier> barriers) {}
