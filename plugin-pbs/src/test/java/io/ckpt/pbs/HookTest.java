package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the launch hook reads what a user wrote; times and lines mean there what they mean to Slurm's plugin. */
class HookTest {
    private static final String HOOK =
            """
            import sys, types
            sys.modules["pbs"] = types.SimpleNamespace(EXECJOB_LAUNCH=1, EXECJOB_PRETERM=2, EXECJOB_EPILOGUE=3)
            hook = {}
            exec(open("hooks/ckpt_exec.py").read().rsplit("\\nmain()\\n", 1)[0], hook)
            class Resources(dict):
                __missing__ = lambda self, key: None
            def wishes(script, checkpoint="u", resources={}, variables={}, site={}):
                job = types.SimpleNamespace(Checkpoint=checkpoint, Resource_List=Resources(resources))
                return hook["Wishes"](job, variables, site, script)
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "45, 2700",
        "0:20, 20",
        "1:30, 90",
        "1:00:05, 3605",
        "2-3, 183600",
        "1-0:30, 88200",
        "1-2:03:04, 93784",
        "auto, auto",
        "x, None",
        "-5, None",
        "1:, None",
        "1:2:3:4, None",
        "1-, None",
        "1-2-3, None"
    })
    void readsTimesAsSbatchDoes(String text, String seconds) throws Exception {
        assertThat(python("print(hook['seconds'](sys.argv[1]))", text)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "'wishes(s, \"n\", {\"ckpt\": 1})', False",
        "'wishes(s, \"w=5\", {\"ckpt\": 0})', False",
        "'wishes(s, \"w=5\", {}, {\"CKPT\": \"no\"})', False",
        "'wishes(s, \"w=5\")', True",
        "'wishes(s)', True",
        "'wishes(\"/nowhere\", site={\"default\": True})', True",
        "'wishes(\"/nowhere\")', False",
    })
    void whatIsSaidFirstCounts(String wishes, String wanted) throws Exception {
        Path script = script("#CKPT auto\n");

        assertThat(python("s = sys.argv[1]; print(" + wishes + ".wanted)", script.toString()))
                .isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({"c, auto", "w, auto", "c=30, 1800", "s, 0", "u, 0"})
    void theCheckpointAttributeMayLeaveTheIntervalToUs(String checkpoint, String interval) throws Exception {
        assertThat(python("print(wishes('/nowhere', sys.argv[1]).interval)", checkpoint))
                .isEqualTo(interval);
    }

    @Test
    void linesOfTheScriptSayTheRest() throws Exception {
        Path script =
                script("#!/bin/sh\n#CKPT required interval=45\tkeep=3\nwork\n#CKPT dir=/a=b\r\n#CKPTX no\n #CKPT no\n");

        assertThat(python(
                        "w = wishes(sys.argv[1]); print(w.required, w.interval, w.keep, w.store, w.odd)",
                        script.toString()))
                .isEqualTo("True 2700 3 /a=b []");
    }

    @Test
    void whatIsNotUnderstoodIsTold() throws Exception {
        Path script = script("#CKPT maybe every=5 keep=many\n");

        assertThat(python("print(wishes(sys.argv[1], variables={'CKPT_INTERVAL': 'soon'}).odd)", script.toString()))
                .isEqualTo("['#CKPT ckpt=maybe', '#CKPT every=5', '#CKPT keep=many', 'CKPT_INTERVAL=soon']");
    }

    private Path script(String text) throws IOException {
        return Files.writeString(directory.resolve("job.sh"), text);
    }

    private static String python(String code, String argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", HOOK + code, argument));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.strip();
    }
}
