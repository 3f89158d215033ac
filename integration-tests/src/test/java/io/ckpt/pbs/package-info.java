/**
 * PBS with the real engine. By default against {@code fakemom}, a stand-in for server and MoM that behaves as a real
 * OpenPBS was seen to; its scripts are in {@code integration-tests/fakemom}.
 */
package io.ckpt.pbs;
