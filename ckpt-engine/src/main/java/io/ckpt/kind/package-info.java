/**
 * What every kind of kernel object looks like: one class that captures it from a frozen job and plans the system calls
 * that make it again. The kinds themselves live in the packages below and do not know each other; {@code registry}
 * lists them.
 */
package io.ckpt.kind;
