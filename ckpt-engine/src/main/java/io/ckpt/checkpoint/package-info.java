/** The journey of a checkpoint, in one method. */
package io.ckpt.checkpoint;
