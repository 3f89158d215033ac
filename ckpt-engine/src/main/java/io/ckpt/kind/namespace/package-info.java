/**
 * Namespaces of the job's own. The restorer makes each of them and comes back to those of the place, where the job's
 * processes are forked; they enter theirs when all of them are there.
 */
package io.ckpt.kind.namespace;
