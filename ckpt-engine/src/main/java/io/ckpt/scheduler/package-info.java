/**
 * What every batch scheduler offers an engine: job records, what a signal means, requeue, the health of nodes. A plugin
 * implements {@link io.ckpt.scheduler.Scheduler} and is found by its name; nothing here knows which ones there are.
 */
package io.ckpt.scheduler;
