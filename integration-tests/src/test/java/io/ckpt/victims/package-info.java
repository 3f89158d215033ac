/**
 * The driver of the victims: puts each through the journeys and asks what it says. Knows nothing about any kind of
 * object; what a victim holds and how it verifies it is the victim's own business ({@code victims/victim.h}).
 */
package io.ckpt.victims;
