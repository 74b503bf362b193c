package io.syncnorm.data.idx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.DataException;

/** Reads invalid files, and checks the messages. */
final class Faults {
  private Faults() {}

  /** The fault of reading the complete file as images. */
  static DataException readFault(String path) {
    return assertThrows(
        DataException.class,
        () -> IdxReader.readImages(path, IdxReader.NO_LIMIT, FaultyFileSystem.configuration()));
  }

  /** Asserts that the message contains these parts, a file and a remedy. */
  static void assertFault(DataException fault, String... parts) {
    for (String part : parts) {
      assertTrue(
          fault.getMessage().contains(part),
          () -> "no '%s' in: %s".formatted(part, fault.getMessage()));
    }
    assertTrue(fault.getMessage().contains("file="), fault::getMessage);
    assertTrue(fault.getMessage().contains("; "), fault::getMessage);
  }
}
