package io.ckpt.freeze;

/**
 * What the kernel tells of a user namespace, see user_namespaces(7).
 *
 * @param name {@code user:[4026531837]}
 * @param owner the user who made it, as this process sees him
 * @param uidMap lines of inner id, id in the parent, and how many
 * @param groupsDenied setgroups(2) is forbidden in it
 */
public record UserNamespace(String name, int owner, String uidMap, String gidMap, boolean groupsDenied) {}
