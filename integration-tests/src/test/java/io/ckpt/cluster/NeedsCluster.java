package io.ckpt.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test class where no Slurm cluster can be started: not root, no Slurm, or nothing built to install on it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCluster.Condition.class)
@interface NeedsCluster {
    /** Looks at this process and its machine. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!root()) {
                return ConditionEvaluationResult.disabled("a cluster needs root");
            }
            if (!Files.exists(Path.of("/usr/sbin/slurmctld"))) {
                return ConditionEvaluationResult.disabled("Slurm is not installed: ./dev deps");
            }
            return Files.exists(Cluster.INSTALL.resolve("lib/slurm/spank_ckpt.so"))
                    ? ConditionEvaluationResult.enabled("root, Slurm and an installation tree")
                    : ConditionEvaluationResult.disabled("nothing is built in " + Cluster.INSTALL + ": ./dev build");
        }

        private static boolean root() {
            try {
                return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
