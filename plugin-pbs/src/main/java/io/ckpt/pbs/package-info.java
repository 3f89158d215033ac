/**
 * PBS as an {@link io.ckpt.scheduler.Scheduler}. Records are read from the JSON of qstat(1B) and pbsnodes(8B) by the names
 * of their fields; what the hooks on this node leave and look for are files of {@link io.ckpt.pbs.PbsTickets}. Uses
 * {@code io.ckpt.scheduler} and {@code io.ckpt.fault} only.
 */
package io.ckpt.pbs;
