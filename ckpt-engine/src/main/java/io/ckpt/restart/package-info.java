/** The journey of a restart, in one method; preflight and the planner's skeleton. */
package io.ckpt.restart;
