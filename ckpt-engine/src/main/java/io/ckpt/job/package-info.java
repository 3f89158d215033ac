/** Protected jobs over time: schedule, generations, retention. */
package io.ckpt.job;
