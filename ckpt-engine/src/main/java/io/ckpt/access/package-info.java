/**
 * Who may do what. A caller is who the kernel says he is ({@link io.ckpt.access.Peer}); he may touch what he owns, root
 * and administrators may touch everything. Nothing that a request says about its sender is ever read here.
 */
package io.ckpt.access;
