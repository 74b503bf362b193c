package io.syncnorm.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that names runs and guards checkpoints. */
public final class Sha256 {
  public static final int BYTES = 32;

  private Sha256() {}

  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public static byte[] of(String text) {
    return start().digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
