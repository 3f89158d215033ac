/** Who may do what: the peer's credentials against the owner of a job. */
package io.ckpt.access;
