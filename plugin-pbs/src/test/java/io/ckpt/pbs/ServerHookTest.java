package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ckpt_srv.py} refuses, read as a module: PBS's own module is replaced by an event that accepts at once. */
class ServerHookTest {
    private static final String HOOK =
            """
            import runpy, sys, types
            class Accepted:
                type = 0
                job = job_o = None
                def accept(self): pass
            sys.modules["pbs"] = types.SimpleNamespace(
                MODIFYJOB=5, LOG_WARNING=4, logmsg=lambda *_: None, event=Accepted)
            hook = runpy.run_path("hooks/ckpt_srv.py")
            class Resources(dict):
                __missing__ = lambda self, key: None
            def job(resources, Checkpoint=None, variables={}, **more):
                return types.SimpleNamespace(
                    Resource_List=Resources(resources), Checkpoint=Checkpoint, Variable_List=variables, **more)
            def refused(*jobs):
                return hook["obstacle"](hook["Request"](*jobs)) or "None"
            def altered(new, old):
                return hook["refusal"](types.SimpleNamespace(type=5, job=new, job_o=old)) or "None"
            """;

    @ParameterizedTest
    @CsvSource({
        "'refused(job({\"ckpt\": 1}))', None",
        "'refused(job({\"ckpt\": 1, \"select\": \"1:ncpus=8\"}))', None",
        "'refused(job({\"ckpt\": 1, \"select\": \"2:ncpus=1\"}))', over several hosts",
        "'refused(job({\"ckpt\": 1, \"select\": \"ncpus=1+1:ncpus=2\"}))', over several hosts",
        "'refused(job({\"ckpt\": 1, \"nodes\": \"2:ppn=4\"}))', over several hosts",
        "'refused(job({\"ckpt\": 1, \"select\": \"2:ncpus=1\", \"place\": \"pack\"}))', None",
        "'refused(job({\"select\": \"2:ncpus=1\"}))', None",
        "'refused(job({\"select\": \"2:ncpus=1\"}, \"w=5\"))', over several hosts",
        "'refused(job({\"select\": \"2:ncpus=1\"}, None, {\"CKPT\": \"yes\"}))', over several hosts",
        "'refused(job({\"select\": \"2:ncpus=1\", \"ckpt\": 0}, \"w=5\"))', None",
        "'refused(job({\"ckpt\": 1, \"select\": \"2:ncpus=1\"}, \"n\"))', None",
        "'refused(job({\"ckpt\": 1}, Rerunable=0))', may be started again only",
        "'refused(job({\"ckpt\": 1}, Rerunable=False))', may be started again only",
        "'refused(job({\"ckpt\": 1}, interactive=1))', interactive job",
        "'altered(job({\"ckpt\": 1}), job({\"select\": \"2:ncpus=1\"}))', over several hosts",
        "'altered(job({\"walltime\": 5}), job({\"ckpt\": 1, \"select\": \"2:ncpus=1\"}))', None",
    })
    void refusesByNameWhatCouldNotBeCheckpointed(String question, String answer) throws Exception {
        assertThat(python("print(" + question + ")")).contains(answer);
    }

    private static String python(String code) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", HOOK + code));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.strip();
    }
}
