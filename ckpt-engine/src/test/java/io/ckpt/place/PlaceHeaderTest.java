package io.ckpt.place;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What Java says of ABI 3 beside what the compiler makes of the header. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlaceHeaderTest {
    private static final Path HEADERS =
            Path.of(System.getProperty("ckpt.native")).resolveSibling("include");

    private Map<String, Long> header;

    @BeforeAll
    void readHeader(@TempDir Path work) throws IOException, InterruptedException {
        String prints = PlaceCodec.OFFSETS.keySet().stream()
                        .map(field -> print("offset." + field, "offsetof(struct ckpt_place_message, " + field + ")"))
                        .collect(Collectors.joining())
                + Arrays.stream(PlaceType.values())
                        .map(type -> print("type." + type, "CKPT_PLACE_" + type))
                        .collect(Collectors.joining())
                + Arrays.stream(PlaceFlag.values())
                        .map(flag -> print("flag." + flag, "CKPT_PLACE_" + flag))
                        .collect(Collectors.joining())
                + print("size", "sizeof(struct ckpt_place_message)")
                + print("magic", "CKPT_PLACE_MAGIC")
                + print("vacated", "CKPT_EXIT_VACATED")
                + print("auto", "CKPT_PLACE_INTERVAL_AUTO");
        Path source = Files.writeString(
                work.resolve("facts.c"),
                "#include <stddef.h>\n#include <stdio.h>\n#include \"ckpt_place.h\"\nint main(void)\n{\n" + prints
                        + "\treturn 0;\n}\n");
        Path program = work.resolve("facts");
        run("gcc", "-I", HEADERS.toString(), "-o", program.toString(), source.toString());
        header = new HashMap<>();
        run(program.toString())
                .lines()
                .map(line -> line.split(" "))
                .forEach(each -> header.put(each[0], Long.valueOf(each[1])));
    }

    @Test
    void everyFieldLiesWhereTheHeaderPutsIt() {
        PlaceCodec.OFFSETS.forEach((field, offset) ->
                assertThat(header.get("offset." + field)).as(field).isEqualTo(offset.longValue()));
        assertThat(header.get("size")).isEqualTo(PlaceCodec.SIZE);
    }

    @Test
    void everyTypeAndFlagHasTheNumberOfTheHeader() {
        for (PlaceType type : PlaceType.values()) {
            assertThat(header.get("type." + type)).as(type.toString()).isEqualTo(type.number());
        }
        for (PlaceFlag flag : PlaceFlag.values()) {
            assertThat(header.get("flag." + flag)).as(flag.toString()).isEqualTo(flag.bit());
        }
    }

    @Test
    void constantsAreThoseOfTheHeader() {
        assertThat(header.get("magic")).isEqualTo(PlaceCodec.MAGIC);
        assertThat(header.get("vacated")).isEqualTo(Place.EXIT_VACATED);
        assertThat(header.get("auto").intValue()).isEqualTo(PlaceCodec.INTERVAL_AUTO);
    }

    private static String print(String name, String expression) {
        return "\tprintf(\"" + name + " %ld\\n\", (long)" + expression + ");\n";
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
