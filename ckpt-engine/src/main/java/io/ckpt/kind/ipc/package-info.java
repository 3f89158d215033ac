/** SysV and POSIX inter-process communication. */
package io.ckpt.kind.ipc;
