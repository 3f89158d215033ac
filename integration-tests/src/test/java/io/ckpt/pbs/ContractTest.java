package io.ckpt.pbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code golden.json} is how a real PBS was seen to call actions and launch hooks. Both ways: PBS calls exactly so, be it the
 * stand-in or the real one, and our programs take exactly that.
 */
@NeedsBed
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ContractTest {
    private static final Path FAKEMOM = Path.of("fakemom");
    private static final String RECORDER = "/run/record_action";
    private static final String ALL = " %jobid %sid %taskid %uid %gid %login %owner %globid %auxid %path";

    private static Bed bed;

    @BeforeAll
    static void up() {
        bed = Bed.up();
    }

    @AfterAll
    static void down() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void actionsAreCalledAsRecorded() throws IOException {
        String host = bed.first();
        putInto(host, RECORDER, "record_action");
        bed.configure(host, action("checkpoint_abort"), action("restart"), action("terminate"));
        String held = bed.submit("sleep 1000", "-N", "ck2", "-l", "host=" + host);
        bed.awaitRunning(held, 1);

        assertThat(bed.asUser("qhold", held).status()).isZero();
        bed.awaitState(held, "H");
        bed.asUser("qrls", held);
        await("the restart").atMost(bed.patience()).until(() -> isRecorded(host, "restart"));
        String deleted = bed.submit("sleep 1000", "-N", "ck2", "-l", "host=" + host);
        bed.awaitRunning(deleted, 1);
        bed.asUser("qdel", deleted);
        bed.awaitState(deleted, "F");

        String session =
                recorded(host, "checkpoint_abort").getAsJsonArray("argv").get(3).getAsString();
        assertCalledAsRecorded(host, "checkpoint_abort", facts(held, session));
        assertCalledAsRecorded(host, "restart", facts(held, session));
        String last = recorded(host, "terminate").getAsJsonArray("argv").get(3).getAsString();
        assertCalledAsRecorded(host, "terminate", facts(deleted, last));
    }

    @Test
    void launchHooksAreCalledAsRecorded() throws IOException {
        String host = bed.first();
        String hook = bed.pbsHome("mom_priv/hooks/ckpt_exec.PY");
        Answer before = bed.on(host, "cat", hook);
        putInto(host, hook, "record_hook.py");

        String program = bed.submitProgramOn(host, "job.sh", "0", "25");
        bed.awaitState(program, "F");
        assertLaunchedAsRecorded(host, "program", program);
        String script = bed.submit("ps -o args= -p $PPID", "-l", "host=" + host);
        bed.awaitState(script, "F");
        assertLaunchedAsRecorded(host, "script", script);
        assertThat(bed.output(script, ".OU")).isEqualTo("-bash\n");

        put(host, hook, before.text());
    }

    @ParameterizedTest
    @CsvSource({"terminate, 0, false, false", "checkpoint_abort, 1, true, false", "restart, 1, true, true"})
    void pbsActionTakesWhatWasRecorded(String verb, int status, boolean alive, boolean marked) {
        JsonObject outcome = replay("action", verb, bed.action());

        assertThat(outcome.get("status").getAsInt()).isEqualTo(status);
        assertThat(outcome.get("alive").getAsBoolean()).isEqualTo(alive);
        assertThat(outcome.get("marked").getAsBoolean()).isEqualTo(marked);
    }

    @ParameterizedTest
    @CsvSource({"program, '-- job.sh job.sh 0 25'", "script, -- /bin/bash -bash"})
    void theLaunchHookTakesWhatWasRecorded(String name, String command) {
        JsonObject outcome = replay("launch", name, bed.pbsHome("mom_priv/hooks/ckpt_exec.PY"));

        assertThat(outcome.get("progname").getAsString()).endsWith("/libexec/ckpt/pbs-launch");
        List<String> argv = new ArrayList<>();
        outcome.getAsJsonArray("argv").forEach(word -> argv.add(word.getAsString()));
        assertThat(argv).containsSubsequence("--job", "99.n1").containsSequence(command.split(" "));
    }

    private static String action(String verb) {
        return "$action " + verb + " 20 !" + RECORDER + " " + verb + ALL;
    }

    private JsonObject replay(String... words) {
        Answer answer = bed.replay(words);
        assertThat(answer.status()).as(answer.text()).isZero();
        return JsonParser.parseString(answer.text()).getAsJsonObject();
    }

    private static void putInto(String host, String file, String name) throws IOException {
        put(host, file, Files.readString(FAKEMOM.resolve(name)));
    }

    private static void put(String host, String file, String text) {
        Answer answer = bed.on(host, "sh", "-c", "printf %s \"$1\" >\"$0\" && chmod 755 \"$0\"", file, text);
        assertThat(answer.status()).as(answer.text()).isZero();
    }

    private static boolean isRecorded(String host, String what) {
        return bed.on(host, "test", "-s", "/run/recorded." + what).status() == 0;
    }

    private static JsonObject recorded(String host, String what) {
        return JsonParser.parseString(
                        bed.on(host, "cat", "/run/recorded." + what).text())
                .getAsJsonObject();
    }

    private static void assertCalledAsRecorded(String host, String verb, Map<String, String> facts) throws IOException {
        JsonObject call = recorded(host, verb);
        facts.put("cookie", call.getAsJsonObject("env").get("PBS_JOBCOOKIE").getAsString());
        assertThat(facts.get("cookie")).matches("[0-9A-F]{32}");

        assertThat(call).isEqualTo(merged(golden("actions", "every", facts), golden("actions", verb, facts)));
    }

    private static void assertLaunchedAsRecorded(String host, String name, String job) throws IOException {
        JsonObject call = recorded(host, "launch");
        Map<String, String> facts = facts(job, "");
        JsonObject environment = call.getAsJsonObject("env");
        facts.put("locale", environment.get("LC_CTYPE").getAsString());
        JsonObject launches = golden("hooks", "launch", facts);

        assertThat(call).isEqualTo(merged(golden("hooks", "every", facts), launches.getAsJsonObject(name)));
    }

    private static JsonObject golden(String group, String name, Map<String, String> facts) throws IOException {
        String text = Files.readString(FAKEMOM.resolve("golden.json"));
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            text = text.replace("{" + fact.getKey() + "}", fact.getValue());
        }
        return JsonParser.parseString(text)
                .getAsJsonObject()
                .getAsJsonObject(group)
                .getAsJsonObject(name);
    }

    private static JsonObject merged(JsonObject first, JsonObject second) {
        JsonObject all = first.deepCopy();
        second.entrySet().forEach(entry -> all.add(entry.getKey(), entry.getValue()));
        return all;
    }

    private static Map<String, String> facts(String job, String session) {
        Map<String, String> facts = new HashMap<>();
        facts.put("job", job);
        facts.put("sid", session);
        facts.put("script", RECORDER);
        facts.put("name", "ck2");
        facts.put("user", bed.user());
        facts.put("uid", said("id", "-u", bed.user()));
        facts.put("gid", said("id", "-g", bed.user()));
        facts.put("home", said("sh", "-c", "getent passwd \"$0\" | cut -d: -f6", bed.user()));
        facts.put("server", bed.server());
        facts.put("pbs", bed.pbsHome("").replaceAll("/$", ""));
        facts.put("conf", bed.conf());
        return facts;
    }

    private static String said(String... command) {
        return bed.on(bed.first(), command).text().strip();
    }
}
