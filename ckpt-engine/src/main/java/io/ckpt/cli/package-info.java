/**
 * ckptctl: one class per verb, all over the API {@code ckpt.v1}. Whether a daemon or an engine in this process answers
 * is known to {@link io.ckpt.cli.Connection} alone.
 */
package io.ckpt.cli;
