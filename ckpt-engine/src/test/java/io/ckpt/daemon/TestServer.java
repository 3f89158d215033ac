package io.ckpt.daemon;

import io.ckpt.job.FakeEngine;
import java.nio.file.Path;

/** The API on a real socket over a {@link FakeEngine}. */
public record TestServer(FakeEngine engine, Path socket, ApiServer server) implements AutoCloseable {
    /** @param group that may connect besides root */
    public static TestServer start(Path directory, String group) {
        Path socket = directory.resolve("run/ckptd.sock");
        Settings settings = Settings.of(
                SettingsFile.parse("test", "Socket=" + socket + "\nSocketGroup=" + group + "\nAdministrators=4242"));
        FakeEngine engine = new FakeEngine();
        return new TestServer(engine, socket, ApiServer.start(settings, engine));
    }

    @Override
    public void close() {
        server.close();
    }
}
