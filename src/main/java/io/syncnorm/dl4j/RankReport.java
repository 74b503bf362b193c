package io.syncnorm.dl4j;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What ranks send home of a fit besides its epoch, each behind a byte that says what it is.
 *
 * <pre>
 * 2 | timeline         from every rank, where statistics are collected
 * 3 | stored record    from every rank, what its listeners have stored
 * </pre>
 */
sealed interface RankReport permits Timeline, StoredRecord {
  int TIMELINE = 2;
  int RECORD = 3;

  /** The byte that says what it is. */
  int kind();

  void writeTo(DataOutput out) throws IOException;

  /** All of it, as {@link FitData#reported} takes it. */
  default byte[] encoded() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(kind());
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
