/** The one exception, its codes and exit statuses, and refusals. */
package io.ckpt.fault;
