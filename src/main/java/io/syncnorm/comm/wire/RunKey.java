package io.syncnorm.comm.wire;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names one attempt of one run, and holds the secret that its ranks and its driver share. It
 * travels inside Spark's closures and is never logged: {@link #toString} leaves the secret out.
 *
 * <p>It also says whether connections of the attempt are encrypted, so no connection negotiates it.
 */
public final class RunKey implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES = 32;

  private final String id;
  private final byte[] secret;

  /** Null if connections are not encrypted: an Optional cannot be serialized. */
  private final RunCertificate certificate;

  private RunKey(RunCertificate certificate) {
    this.id = UUID.randomUUID().toString();
    this.secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    this.certificate = certificate;
  }

  /** A new key with a random id and secret; one per attempt. Connections are not encrypted. */
  public static RunKey random() {
    return new RunKey(null);
  }

  /**
   * A new key with a random id, secret and certificate, for encrypted connections.
   *
   * @throws IllegalStateException if this JVM cannot encrypt them
   */
  public static RunKey encrypted() {
    return new RunKey(RunCertificate.random());
  }

  /** Identifies the attempt. */
  public String id() {
    return id;
  }

  /** Eight bytes of the id, sent in every frame to detect frames of another run or attempt. */
  public long stamp() {
    return UUID.fromString(id).getMostSignificantBits();
  }

  /** The certificate of both ends of each connection; empty if connections are not encrypted. */
  public Optional<RunCertificate> certificate() {
    return Optional.ofNullable(certificate);
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
