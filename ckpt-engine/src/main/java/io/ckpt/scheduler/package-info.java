/** What every batch scheduler offers an engine: job records, requeue, preemption, fencing. */
package io.ckpt.scheduler;
