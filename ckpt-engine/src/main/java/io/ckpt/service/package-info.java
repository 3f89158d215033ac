/** The gRPC API ckpt.v1 over the layers below; API messages stop here. */
package io.ckpt.service;
