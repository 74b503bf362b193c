package io.syncnorm.dl4j;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A report of a rank during a fit, other than its epoch result. Its first byte is its kind:
 *
 * <pre>
 * 2 | timeline         from every rank, if statistics are collected
 * 3 | stored record    from every rank, records of its listeners
 * </pre>
 */
sealed interface RankReport permits Timeline, StoredRecord {
  int TIMELINE = 2;
  int RECORD = 3;

  /** Returns the byte that names the kind of report. */
  int kind();

  void writeTo(DataOutput out) throws IOException;

  /** Returns the encoded report, as {@link FitData#reported} reads it. */
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
