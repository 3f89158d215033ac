package io.ckpt.image;

import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 under the site's key. Whoever cannot read the key can neither make an image nor change one so that a
 * restart takes it. All nodes that share a store share the key.
 */
public final class Seal {
    static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private Seal(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The key of a file that only its owner can read; the file is made, with a fresh key, when there is none. */
    public static Seal ofKeyFile(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            Ownership.requireSecret(file);
            byte[] key = Files.readAllBytes(file);
            if (key.length != BYTES) {
                throw new Fault(
                        FaultCode.CONFIGURATION,
                        file + " holds " + key.length + " bytes instead of a key of " + BYTES,
                        "copy the site's key there; without it earlier checkpoints cannot be restarted");
            }
            return new Seal(key);
        } catch (IOException e) {
            throw Fault.io("use the key " + file, e);
        }
    }

    /** The seal of a manifest. */
    byte[] of(byte[] manifest) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(manifest);
        } catch (GeneralSecurityException e) {
            throw Fault.internal("no " + ALGORITHM + " in this Java", e);
        }
    }

    boolean holds(byte[] manifest, byte[] seal) {
        return MessageDigest.isEqual(of(manifest), seal);
    }

    /** Linked into place whole, so that of two first users one wins and no reader sees half a key. */
    private static void create(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path fresh = Files.createTempFile(directory, ".key-", ".new");
        try {
            byte[] key = new byte[BYTES];
            new SecureRandom().nextBytes(key);
            Files.write(fresh, key);
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            return;
        } finally {
            Files.delete(fresh);
        }
    }
}
