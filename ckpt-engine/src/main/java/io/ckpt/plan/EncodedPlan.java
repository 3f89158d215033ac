package io.ckpt.plan;

import java.util.Map;

/**
 * A plan as the restorer reads it (native/include/ckpt_plan.h).
 *
 * @param plan what was encoded
 * @param bytes the whole memory file
 * @param slots the number of every slot; keys are compared by identity
 */
public record EncodedPlan(Plan plan, byte[] bytes, Map<Slot, Integer> slots) {}
