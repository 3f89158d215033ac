package io.ckpt.kernel;

/** How calls that make memory of hugetlbfs are told the size of its pages: as its logarithm, above all flags. */
public final class HugePages {
    private static final int SHIFT = 26;

    private HugePages() {}

    /** @param flag MAP_HUGETLB, MFD_HUGETLB or SHM_HUGETLB */
    public static long flags(long flag, long pageSize) {
        return flag | (long) Long.numberOfTrailingZeros(pageSize) << SHIFT;
    }

    public static String text(String flag, long pageSize) {
        return flag + "|" + Long.numberOfTrailingZeros(pageSize) + "<<" + SHIFT;
    }
}
