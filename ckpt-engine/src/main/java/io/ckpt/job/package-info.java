/**
 * What the engine of one node can be asked ({@link io.ckpt.job.Engine}), in values of the domain, and protected jobs
 * over time: schedule, generations, retention. Neither API messages nor authorisation live here.
 */
package io.ckpt.job;
