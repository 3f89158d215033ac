/** Open files of every kind. */
package io.ckpt.kind.file;
