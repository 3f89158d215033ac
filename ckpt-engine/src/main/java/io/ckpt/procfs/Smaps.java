package io.ckpt.procfs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code /proc/PID/smaps} tells beyond maps. Making that file costs the kernel 4 to 20 ms per GiB of small pages.
 *
 * @param mappings by start address, as maps tells of them
 * @param areas by start address of the mapping
 */
public record Smaps(Map<Long, Vma> mappings, Map<Long, Area> areas) {
    private static final String FILE = "/proc/PID/smaps";
    private static final String RESIDENT = "Rss:";
    private static final String PAGE = "KernelPageSize:";
    private static final String KEY = "ProtectionKey:";
    private static final String FLAGS = "VmFlags:";
    private static final int KIB = 1024;

    /**
     * One mapping.
     *
     * @param flags two letters each: {@code hg}, {@code lo}
     * @param resident bytes that have a page
     * @param pageSize in bytes; larger than usual in hugetlbfs
     * @param protectionKey see pkeys(7); 0 where there is none
     */
    public record Area(Set<String> flags, long resident, long pageSize, int protectionKey) {
        public static final Area UNKNOWN = new Area(Set.of(), 0, 4 * KIB, 0);

        private Area withFlags(Set<String> found) {
            return new Area(found, resident, pageSize, protectionKey);
        }

        private Area withResident(long found) {
            return new Area(flags, found, pageSize, protectionKey);
        }

        private Area withPageSize(long found) {
            return new Area(flags, resident, found, protectionKey);
        }

        private Area withKey(long found) {
            return new Area(flags, resident, pageSize, (int) found);
        }
    }

    public static Smaps parse(String text) {
        Map<Long, Vma> mappings = new HashMap<>();
        Map<Long, Area> areas = new HashMap<>();
        long start = 0;
        Area area = Area.UNKNOWN;
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            if (isHeader(text.charAt(at))) {
                Vma mapping = Vma.parse(text.substring(at, end));
                start = mapping.start();
                mappings.put(start, mapping);
                area = Area.UNKNOWN;
            } else if (text.startsWith(RESIDENT, at)) {
                area = area.withResident(KIB * number(text, at + RESIDENT.length(), end));
            } else if (text.startsWith(PAGE, at)) {
                area = area.withPageSize(KIB * number(text, at + PAGE.length(), end));
            } else if (text.startsWith(KEY, at)) {
                area = area.withKey(number(text, at + KEY.length(), end));
            } else if (text.startsWith(FLAGS, at)) {
                areas.put(start, area.withFlags(words(text.substring(at + FLAGS.length(), end))));
            }
            at = end + 1;
        }
        return new Smaps(Map.copyOf(mappings), Map.copyOf(areas));
    }

    /**
     * True when all of these mappings were there when smaps was read: the same, or grown since, for mappings grow only by
     * what has their flags.
     */
    public boolean tellsOf(List<Vma> now) {
        return now.stream().allMatch(each -> each.isOrGrewFrom(mappings.get(each.start())));
    }

    /** The mapping that starts there; an unknown one when there was none when smaps was read. */
    public Area at(long start) {
        return areas.getOrDefault(start, Area.UNKNOWN);
    }

    /** Field names begin with a capital letter, addresses do not. */
    private static boolean isHeader(char first) {
        return first >= '0' && first <= '9' || first >= 'a' && first <= 'f';
    }

    private static long number(String text, int start, int end) {
        String value = text.substring(start, end).strip();
        return KernelText.decimal(FILE, value.endsWith(" kB") ? value.substring(0, value.length() - 3) : value);
    }

    /** Each once: flags that a kernel has no letters for are all {@code ??}. */
    private static Set<String> words(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? Set.of() : Set.copyOf(List.of(stripped.split(" +")));
    }
}
