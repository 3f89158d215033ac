package io.ckpt.service;

import io.ckpt.access.Peer;
import io.ckpt.job.CheckpointName;
import io.ckpt.job.Engine;
import io.ckpt.job.StoredCheckpoint;
import io.ckpt.v1.GetNodeRequest;
import io.ckpt.v1.GetNodeResponse;
import io.ckpt.v1.ListNodesRequest;
import io.ckpt.v1.ListNodesResponse;
import io.ckpt.v1.Node;
import io.ckpt.v1.NodeServiceGrpc.NodeServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells what the node is and whether it can do the work. */
final class NodeEndpoint extends NodeServiceImplBase {
    private static final Path KERNEL = Path.of("/proc/sys/kernel");

    private final Engine engine;
    private final Visible visible;

    NodeEndpoint(Engine engine, Visible visible) {
        this.engine = engine;
        this.visible = visible;
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> caller) {
        Answer.to(caller, () -> {
            StoredCheckpoint checkpoint = visible.checkpoint(Peer.current(), request.getRef());
            return ListNodesResponse.newBuilder()
                    .setCheckpoint(Messages.checkpoint(checkpoint))
                    .addAllNodes(engine.nodes(CheckpointName.of(checkpoint)).stream()
                            .map(Messages::nodeFit)
                            .toList())
                    .build();
        });
    }

    @Override
    public void getNode(GetNodeRequest request, StreamObserver<GetNodeResponse> caller) {
        Answer.to(caller, () -> {
            Node.Builder node = Node.newBuilder()
                    .setHostname(kernel("hostname"))
                    .setKernelRelease(kernel("osrelease"))
                    .setVersion(version());
            if (request.getWithChecks()) {
                engine.doctor().stream().map(Messages::check).forEach(node::addChecks);
            }
            return GetNodeResponse.newBuilder().setNode(node).build();
        });
    }

    private static String kernel(String name) {
        try {
            return Files.readString(KERNEL.resolve(name)).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        return Optional.ofNullable(NodeEndpoint.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
