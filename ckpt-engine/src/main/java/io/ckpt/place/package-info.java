/**
 * What the engine and ckpt-run say to each other (ABI 3, {@code native/include/ckpt_place.h}): the packets, and a place
 * as the journeys see it. Knows neither jobs nor images.
 */
package io.ckpt.place;
