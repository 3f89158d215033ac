/**
 * Open files of every kind that is not a socket: one class for each, all of one shape. A kind sees open file
 * descriptions, never descriptor numbers; those belong to the descriptor table of a process.
 */
package io.ckpt.kind.file;
