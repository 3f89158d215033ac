package io.ckpt.procfs;

import java.util.ArrayList;
import java.util.List;

/** {@code /proc/sysvipc/msg} and {@code sem}, see proc_sysvipc(5): a line for each object, its columns named above. */
public record IpcTable(List<String> columns, List<List<String>> rows) {
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
        return KernelText.number("/proc/sysvipc", row.get(columns.indexOf(column)));
    }
}
