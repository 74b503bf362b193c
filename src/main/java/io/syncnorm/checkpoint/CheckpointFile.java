package io.syncnorm.checkpoint;

import io.syncnorm.files.Folder;
import io.syncnorm.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/** A file that may be a checkpoint. */
public record CheckpointFile(Folder folder, String name) {

  public String address() {
    return folder.address(name);
  }

  /**
   * Reads it twice: first to see that it is whole, so that what a torn or altered file says is
   * never taken for something else.
   *
   * @throws IOException if it is torn or altered, or cannot be read
   */
  <T> T readWhole(Folder.Reading<T> reading) throws IOException {
    if (!folder.read(name, CheckpointFile::endsWithItsHash)) {
      throw new IOException("it is torn or altered: its SHA-256 is not the one at its end");
    }
    return folder.read(name, reading);
  }

  private static boolean endsWithItsHash(InputStream in) throws IOException {
    MessageDigest sha256 = Sha256.start();
    byte[] buffer = new byte[1 << 16];
    int held = 0; // what may be the end
    for (int got = 0; got >= 0; got = in.read(buffer, held, buffer.length - held)) {
      held += got;
      int sure = Math.max(0, held - Sha256.BYTES);
      sha256.update(buffer, 0, sure);
      System.arraycopy(buffer, sure, buffer, 0, held - sure);
      held -= sure;
    }
    byte[] end = Arrays.copyOf(buffer, held);
    return MessageDigest.isEqual(end, sha256.digest());
  }
}
