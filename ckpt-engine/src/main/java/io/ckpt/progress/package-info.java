/** How far a journey is: told by the journeys, shown by whoever ordered them. */
package io.ckpt.progress;
