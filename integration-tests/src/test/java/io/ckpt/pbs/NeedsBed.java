package io.ckpt.pbs;

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

/** Skips a test class where no bed of PBS can be made: not root, or nothing built to install on it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsBed.Condition.class)
@interface NeedsBed {
    /** Looks at this process and its machine. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!root()) {
                return ConditionEvaluationResult.disabled("hosts need root");
            }
            if (!Files.exists(Bed.INSTALL.resolve("libexec/ckpt/pbs-launch"))) {
                return ConditionEvaluationResult.disabled("nothing is built in " + Bed.INSTALL + ": ./dev build");
            }
            BedKind kind = BedKind.wanted(System.getenv());
            return kind.missing(System.getenv())
                    .map(command -> ConditionEvaluationResult.disabled("no " + command + " in the path"))
                    .orElse(ConditionEvaluationResult.enabled(kind + " bed"));
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
