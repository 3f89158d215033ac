/**
 * Protected jobs on a real two-node Slurm cluster: what the plugin, ckpt-run, ckptd and the engine make of a batch job
 * together. Uses the scripts of integration-tests/cluster and the tree of target/install; nothing is simulated.
 */
package io.ckpt.cluster;
