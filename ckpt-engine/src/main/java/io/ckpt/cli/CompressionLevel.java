package io.ckpt.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code none}, {@code auto} or a level of zstd; 0 is none, nothing is auto. */
final class CompressionLevel implements ITypeConverter<OptionalInt> {
    private static final String LEVEL = "[1-9]|1[0-9]";

    @Override
    public OptionalInt convert(String text) {
        if (text.equals("auto")) {
            return OptionalInt.empty();
        }
        if (text.equals("none")) {
            return OptionalInt.of(0);
        }
        if (!text.matches(LEVEL)) {
            throw new TypeConversionException("'" + text + "' is neither none nor auto nor a level from 1 to 19");
        }
        return OptionalInt.of(Integer.parseInt(text));
    }
}
