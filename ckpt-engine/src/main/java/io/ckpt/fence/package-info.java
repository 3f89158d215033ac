/**
 * That no job ever runs twice: leases and heartbeats in the directory that the nodes share, and what follows when a node
 * falls silent. Time is measured by each observer's own clock; the nodes' clocks need not agree. Knows neither
 * checkpoints nor places.
 */
package io.ckpt.fence;
