package io.ckpt.procfs;

import java.util.ArrayList;
import java.util.List;

/** {@code /proc/sysvipc/msg} and {@code sem}, see proc_sysvipc(5): a line for each object, its columns named above. */
public record IpcTable(List<String> columns, List<List<String>> rows) {
    private static final String FILE = "/proc/sysvipc";

    public static IpcTable parse(String file, String text) {
        List<List<String>> lines = new ArrayList<>();
        for (String line : KernelText.lines(text)) {
            lines.add(List.of(line.strip().split("\\s+")));
        }
        if (lines.isEmpty()
                || lines.stream().anyMatch(line -> line.size() != lines.get(0).size())) {
            throw KernelText.misread(file, text);
        }
        return new IpcTable(lines.get(0), lines.subList(1, lines.size()));
    }

    /** The number in a column of a row. */
    public int number(List<String> row, String column) {
        return KernelText.number(FILE, word(row, column));
    }

    /** A user or group id, of which the upper half comes back negative. */
    public int identity(List<String> row, String column) {
        return (int) KernelText.unsigned(FILE, word(row, column));
    }

    /** Seconds since the epoch. */
    public long time(List<String> row, String column) {
        return KernelText.decimal(FILE, word(row, column));
    }

    public int permissions(List<String> row) {
        return KernelText.octal(FILE, word(row, "perms"));
    }

    private String word(List<String> row, String column) {
        return row.get(columns.indexOf(column));
    }
}
