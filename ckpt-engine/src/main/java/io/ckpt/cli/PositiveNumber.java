package io.ckpt.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number from 1 on. */
final class PositiveNumber implements ITypeConverter<OptionalInt> {
    private static final String NUMBER = "[1-9]\\d{0,8}";

    @Override
    public OptionalInt convert(String text) {
        if (!text.matches(NUMBER)) {
            throw new TypeConversionException("'" + text + "' is not a number from 1 on");
        }
        return OptionalInt.of(Integer.parseInt(text));
    }
}
