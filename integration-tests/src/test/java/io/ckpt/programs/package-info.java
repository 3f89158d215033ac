/** Java programs to be checkpointed: they keep the victims' contract. */
package io.ckpt.programs;
