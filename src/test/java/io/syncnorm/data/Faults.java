package io.syncnorm.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Reads what must not be readable, and looks into the message. */
final class Faults {
  private Faults() {}

  /** The fault of reading the whole file as images. */
  static DataException readFault(String path) {
    return assertThrows(
        DataException.class,
        () -> IdxReader.readImages(path, IdxReader.NO_LIMIT, FaultyFileSystem.configuration()));
  }

  /** Asserts that the message holds these parts, and a file and a remedy in any case. */
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
