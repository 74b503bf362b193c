package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.Daemon;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that a process encrypts and decrypts for itself while it waits for the others of its run.
 *
 * <p>The JVM uses the processor's instructions for AES-GCM only in code that its optimizing
 * compiler has compiled, and it compiles that after thousands of records. Until then a record of a
 * merge takes 40 times as long.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  /** Twice as many as the compiler waits for; they take less than a tenth of a second. */
  private static final int RECORDS = 10_000;

  /** So short that they cost little before they are compiled. */
  private static final int RECORD_BYTES = 256;

  /** A slow machine has other things to do by then. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  // As in TLS 1.3 (RFC 8446), section 5.2.
  private static final int KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int HEADER_BYTES = 5;
  private static final int TAG_BYTES = 16;

  private static final AtomicBoolean HAS_BEGUN = new AtomicBoolean();

  private Rehearsal() {}

  /**
   * Begins on a thread of its own if the run is encrypted, once in a process: what is compiled
   * remains. It ends by itself, after two seconds at the latest.
   */
  public static void begin(RunKey key) {
    if (key.certificate().isPresent() && HAS_BEGUN.compareAndSet(false, true)) {
      Daemon.thread("rehearsal", Rehearsal::run).start();
    }
  }

  private static void run() {
    try {
      int passed = pass(RECORDS, Deadline.in(LONGEST));
      LOG.debug("records encrypted and decrypted ahead of training: {}", passed);
    } catch (GeneralSecurityException e) { // TLS has the cipher, in whatever way
      LOG.debug("no record is encrypted ahead of training", e);
    }
  }

  /**
   * Encrypts and decrypts so many records as {@link TlsConnection} does: in place, on the heap.
   *
   * @return how many there was time for
   */
  static int pass(int records, Deadline deadline) throws GeneralSecurityException {
    Cipher encryption = Cipher.getInstance("AES/GCM/NoPadding");
    Cipher decryption = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey noSecret = new SecretKeySpec(new byte[KEY_BYTES], "AES");
    ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES + TAG_BYTES);
    int passed = 0;
    while (passed < records && !deadline.isOver()) {
      nonce.putInt(0, passed);
      GCMParameterSpec parameters = new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array());
      encryption.init(Cipher.ENCRYPT_MODE, noSecret, parameters);
      encryption.updateAAD(header);
      encryption.doFinal(record.duplicate().limit(RECORD_BYTES), record.duplicate());
      decryption.init(Cipher.DECRYPT_MODE, noSecret, parameters);
      decryption.updateAAD(header);
      decryption.doFinal(record.duplicate(), record.duplicate());
      passed++;
    }
    return passed;
  }
}
