/**
 * Slurm as an {@link io.ckpt.scheduler.Scheduler}. What scontrol(1) prints is read by the names of its fields; versions
 * of Slurm differ by data, not by conditions in the code. Uses {@code io.ckpt.scheduler} and {@code io.ckpt.fault} only.
 */
package io.ckpt.slurm;
