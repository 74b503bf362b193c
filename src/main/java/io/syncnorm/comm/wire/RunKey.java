package io.syncnorm.comm.wire;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names one attempt of one run, and holds the secret that its ranks and its driver share. It
 * travels inside Spark's closures and is never logged: {@link #toString} leaves the secret out.
 */
public final class RunKey implements Serializable {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES = 32;

  private final String id;
  private final byte[] secret;

  private RunKey(String id, byte[] secret) {
    this.id = id;
    this.secret = secret;
  }

  /** A new key with a random id and secret; one per attempt. */
  public static RunKey random() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new RunKey(UUID.randomUUID().toString(), secret);
  }

  /** Identifies the attempt. */
  public String id() {
    return id;
  }

  /** Eight bytes of the id, sent in every frame to detect frames of another run or attempt. */
  public long stamp() {
    return UUID.fromString(id).getMostSignificantBits();
  }

  /** HMAC-SHA-256 over a role, the attempt's id and both nonces. */
  byte[] proof(String role, byte[] clientNonce, byte[] serverNonce) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update(role.getBytes(StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, stamp()));
      mac.update(clientNonce);
      return mac.doFinal(serverNonce);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "RunKey[" + id + "]";
  }
}
