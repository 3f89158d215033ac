/**
 * The gRPC API {@code ckpt.v1} over the engine: one endpoint per service of the API. What a caller may see is decided
 * here; API messages stop here, and the engine knows none of them.
 */
package io.ckpt.service;
