package io.ckpt.pbs;

import io.ckpt.fault.Fault;
import io.ckpt.scheduler.Setup.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How often MoM looks at its jobs: more and more seldom the longer they run, when nobody says otherwise. */
record PollStep(Path config) implements Step {
    private static final String SETTING = "$max_check_poll";
    private static final int DEFAULT_SECONDS = 120;
    private static final int GOOD_SECONDS = 30;

    @Override
    public String name() {
        return SETTING + " in " + config;
    }

    @Override
    public Optional<String> fault() {
        int seconds = seconds();
        return seconds <= GOOD_SECONDS
                ? Optional.empty()
                : Optional.of("is " + seconds
                        + ": the end of a walltime, and of a job that outlived its MoM, is seen so late");
    }

    private int seconds() {
        try {
            return Files.exists(config)
                    ? Files.readAllLines(config).stream()
                            .map(line -> line.strip().split("\\s+"))
                            .filter(words -> words.length > 1 && words[0].equals(SETTING))
                            .mapToInt(words -> SettingStep.seconds(words[1]))
                            .reduce(DEFAULT_SECONDS, (earlier, later) -> later)
                    : DEFAULT_SECONDS;
        } catch (IOException e) {
            throw Fault.io("read " + config, e);
        }
    }

    @Override
    public List<String> remedy() {
        return List.of("write into " + config + ": " + SETTING + " " + GOOD_SECONDS + ", and send MoM a SIGHUP");
    }
}
