package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Content of the last entry: text of a fixed length, so that it is found from the end of an archive.
 *
 * @param manifestSize bytes of the manifest in the entry before
 */
record SealBlock(int manifestSize, byte[] seal) {
    /** Bytes of the text. */
    static final int BYTES = 115;

    private static final Pattern TEXT =
            Pattern.compile("ckpt image seal (\\d)\nmanifest (\\d{10})\nhmac-sha256 ([0-9a-f]{64})\n");
    private static final String FORMAT = "ckpt image seal 1\nmanifest %010d\nhmac-sha256 %s\n";

    static SealBlock of(byte[] manifest, Seal seal) {
        return new SealBlock(manifest.length, seal.of(manifest));
    }

    static SealBlock parse(Path image, byte[] text) {
        Matcher match = TEXT.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (!match.matches()) {
            throw ImageFormat.damaged(image, "it does not end in a seal");
        }
        if (!match.group(1).equals("1")) {
            throw new Fault(
                    FaultCode.IMAGE_TOO_NEW,
                    image + " has a seal of version " + match.group(1),
                    "restart it with the version of ckpt that wrote it");
        }
        long size = Long.parseLong(match.group(2));
        if (size > Integer.MAX_VALUE) {
            throw ImageFormat.damaged(image, "its manifest cannot have " + size + " bytes");
        }
        return new SealBlock((int) size, HexFormat.of().parseHex(match.group(3)));
    }

    byte[] text() {
        return TarBlocks.ascii(FORMAT.formatted(manifestSize, HexFormat.of().formatHex(seal)));
    }
}
