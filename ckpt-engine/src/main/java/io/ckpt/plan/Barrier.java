package io.ckpt.plan;

/**
 * A point that tasks reach together.
 *
 * @param index place of its counter in the plan
 * @param name how it prints
 * @param tasks how many tasks arrive
 * @param engine true when the engine arrives too, after it has done its own work
 */
public record Barrier(int index, String name, int tasks, boolean engine) {}
