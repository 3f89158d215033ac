package io.ckpt.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ckpt.job.Finding;
import io.ckpt.job.JobStatus;
import io.ckpt.progress.Progress;
import io.ckpt.v1.Check;
import io.ckpt.v1.Job;
import io.ckpt.v1.PhaseProgress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void everyWordOfTheEngineIsAWordOfTheApiInTheSameOrder() {
        assertThat(words(PhaseProgress.Phase.values())).isEqualTo(words(Progress.Phase.values()));
        assertThat(words(Job.State.values())).isEqualTo(words(JobStatus.State.values()));
        assertThat(words(Check.Level.values())).isEqualTo(words(Finding.Level.values()));
    }

    private static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().replaceFirst("^(PHASE|STATE|LEVEL)_", ""))
                .filter(word -> !word.equals("UNSPECIFIED") && !word.equals("UNRECOGNIZED"))
                .toList();
    }
}
