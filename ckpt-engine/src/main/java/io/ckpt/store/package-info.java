/** Where checkpoints live: pending, commit, list, delete. A checkpoint is either whole or not there. */
package io.ckpt.store;
