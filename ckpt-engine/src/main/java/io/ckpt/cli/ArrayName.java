package io.ckpt.cli;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.util.Optional;

/** The name of a job array of PBS, {@code 12[].server}: it stands for its subjobs, {@code 12[1].server} and so on. */
record ArrayName(String before, String behind) {
    private static final String ANY = "[]";

    /** Empty for the name of any one job. */
    static Optional<ArrayName> of(String job) {
        int at = job.indexOf(ANY);
        return at < 0 ? Optional.empty() : Optional.of(new ArrayName(job.substring(0, at + 1), job.substring(at + 1)));
    }

    boolean covers(String job) {
        return job.length() > before.length() + behind.length()
                && job.startsWith(before)
                && job.endsWith(behind)
                && job.substring(before.length(), job.length() - behind.length())
                        .chars()
                        .allMatch(Character::isDigit);
    }

    /** @throws Fault USAGE for an array where one job is meant */
    static String requireOne(String job) {
        if (of(job).isPresent()) {
            throw new Fault(
                    FaultCode.USAGE,
                    job + " is an array of jobs",
                    "name one of its subjobs; 'ckptctl status' shows them");
        }
        return job;
    }
}
