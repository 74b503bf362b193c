package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;

/** What a file's bytes, or reading them, can have wrong before they are interpreted. */
final class Damage {
  private static final String COPY_AGAIN =
      "the file is damaged or incomplete: copy it again and compare its SHA-256";

  private Damage() {}

  /**
   * @param what the number that was to be read
   * @param found bytes that are left
   */
  static DataException inHeader(String file, long offset, String what, int found) {
    return DataException.at(
        "file is too short for its header",
        file,
        offset,
        "4 bytes (" + what + ")",
        found + " bytes",
        COPY_AGAIN);
  }

  static DataException tooShort(String file, long expected, long found) {
    return DataException.at(
        "file is too short", file, found, expected + " bytes", found + " bytes", COPY_AGAIN);
  }

  static DataException tooLong(String file, long expected, long found) {
    return DataException.at(
        "file is too long",
        file,
        expected,
        expected + " bytes",
        found + " bytes (" + (found - expected) + " extra)",
        "header and content disagree: download the file from its source again");
  }

  /**
   * @param rest bytes after the gzip stream
   */
  static DataException afterGzip(String file, long offset, long rest) {
    return DataException.at(
        "compressed file has data after its end",
        file,
        offset,
        "nothing after the gzip stream",
        rest + " extra bytes in the file",
        COPY_AGAIN);
  }

  /** A fault that reading has found: of the compression, or of the file system. */
  static DataException found(String file, long offset, IOException e) {
    // GZIPInputStream reports a stream that ends early as EOFException.
    return e instanceof ZipException || e instanceof EOFException
        ? DataException.at(
            "compressed file is corrupt", file, offset, "an intact gzip stream", e, COPY_AGAIN, e)
        : DataException.at(
            "file cannot be read",
            file,
            offset,
            "readable content",
            e,
            "check the file system, then run again",
            e);
  }
}
