package io.ckpt.pbs;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A resource that users ask for with {@code qsub -l}; one without flag m is not told to hooks of MoM's. */
record ResourceStep(PbsCommands commands, String resource, String type) implements ServerObject {
    private static final Pattern TOLD_TO_MOM = Pattern.compile("flag\\s*=\\s*\\w*m");

    @Override
    public String name() {
        return "resource " + resource;
    }

    @Override
    public Optional<String> fault() {
        return commands.listed(name())
                .map(listed -> TOLD_TO_MOM.matcher(listed).find()
                        ? Optional.<String>empty()
                        : Optional.of("is not told to MoM: it has no flag m"))
                .orElse(Optional.of("is not there"));
    }

    @Override
    public List<String> remedy() {
        return commands.listed(name()).isEmpty()
                ? List.of(PbsCommands.qmgr("create " + name() + " type=" + type + ",flag=m"))
                : List.of(PbsCommands.qmgr("set " + name() + " flag=m"));
    }
}
