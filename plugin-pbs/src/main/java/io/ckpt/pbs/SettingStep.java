package io.ckpt.pbs;

import io.ckpt.scheduler.Setup.Step;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A setting of the site's that would lose a job, or keep it waiting; only told. */
record SettingStep(
        PbsCommands commands, String object, String setting, Predicate<String> isGood, String better, String why)
        implements Step {
    @Override
    public String name() {
        return object + " " + setting;
    }

    @Override
    public Optional<String> fault() {
        String value = commands.run("qmgr", "-c", "list " + object)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(setting + " = "))
                .map(line -> line.substring(setting.length() + 3))
                .findFirst()
                .orElse("");
        return isGood.test(value)
                ? Optional.empty()
                : Optional.of("is " + (value.isEmpty() ? "not set" : value) + ": " + why);
    }

    @Override
    public List<String> remedy() {
        return List.of("qmgr -c 'set " + object + " " + setting + " = " + better + "'");
    }

    /** Seconds, or hours:minutes:seconds; -1 for what is neither. */
    static int seconds(String value) {
        int seconds = 0;
        for (String part : value.split(":")) {
            if (part.isEmpty() || !part.chars().allMatch(Character::isDigit)) {
                return -1;
            }
            seconds = 60 * seconds + Integer.parseInt(part);
        }
        return seconds;
    }
}
