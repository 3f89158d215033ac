/** ckptctl: one class per verb. */
package io.ckpt.cli;
