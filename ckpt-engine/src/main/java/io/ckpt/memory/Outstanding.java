package io.ckpt.memory;

import io.ckpt.image.ImageIndex;
import io.ckpt.image.Pieces;
import io.ckpt.image.v1.Extent;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What of an image has still to come to processes that run already. For one thread; its {@link Agenda} for any. */
final class Outstanding {
    private final ImageIndex index;
    private final Agenda agenda;
    private final Map<String, Integer> left = new HashMap<>();
    private final Map<Integer, BitSet> begun = new HashMap<>();

    /** @param spaces whose memory lies where it lay, and has not come */
    Outstanding(ImageIndex index, Collection<PageServer.Space> spaces) {
        this.index = index;
        BitSet extents = new BitSet();
        for (ImageIndex.Part part : index.parts()) {
            spaces.stream()
                    .filter(space -> space.object().equals(part.object()))
                    .forEach(space -> numbers(part, space.territory()).forEach(extents::set));
        }
        this.agenda = new Agenda(extents);
        index.parts()
                .forEach(part -> left.merge(
                        part.object(),
                        extents.get(part.first(), part.first() + part.count()).cardinality(),
                        Integer::sum));
    }

    /** Parts that lie in it whole, which most do, are not looked at. */
    private IntStream numbers(ImageIndex.Part part, Territory territory) {
        IntStream all = IntStream.range(part.first(), part.first() + part.count());
        if (territory.of(part.start(), part.end()).isEmpty()) {
            return IntStream.empty();
        }
        return territory.gaps(part.start(), part.end()).isEmpty()
                ? all
                : all.filter(number -> isIn(index.extent(number), territory));
    }

    private static boolean isIn(Extent extent, Territory territory) {
        return !territory
                .of(extent.getStart(), extent.getStart() + extent.getLength())
                .isEmpty();
    }

    /** Which extents come next. */
    Agenda agenda() {
        return agenda;
    }

    boolean isThere(int extent, int piece) {
        return agenda.isDone(extent) || begun(extent).get(piece);
    }

    /** What the image has other pages for need not come. */
    private BitSet begun(int extent) {
        return begun.computeIfAbsent(extent, any -> Pieces.without(index.extent(extent)));
    }

    /** The first piece of an extent that is not there, and not all of which is. */
    int next(int extent) {
        return begun(extent).nextClearBit(0);
    }

    /** A piece is there; whether all of its extent is. */
    boolean put(int extent, int piece) {
        begun(extent).set(piece);
        return settle(extent);
    }

    /** Whether all of an extent is there, or need not come; then it is done. */
    boolean settle(int extent) {
        boolean whole = agenda.isDone(extent) || begun(extent).cardinality() == Pieces.count(index.extent(extent));
        if (whole) {
            done(extent);
        }
        return whole;
    }

    private void done(int extent) {
        begun.remove(extent);
        if (!agenda.isDone(extent)) {
            agenda.done(extent);
            left.merge(index.object(extent), -1, Integer::sum);
        }
    }

    /** All that the image has of an object is there. */
    boolean isComplete(String object) {
        return left.getOrDefault(object, 0) == 0;
    }

    /** Nobody wants anything of an object any more, but for extents that are on their way. */
    void drop(String object, IntPredicate onItsWay) {
        index.parts().stream()
                .filter(part -> part.object().equals(object))
                .flatMapToInt(part -> IntStream.range(part.first(), part.first() + part.count()))
                .filter(onItsWay.negate())
                .forEach(this::done);
    }
}
