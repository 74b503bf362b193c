package io.syncnorm.data;

import java.util.Objects;

/**
 * Where data came from: the record that lets a run be traced to the very bytes it was trained on.
 *
 * @param path the fully qualified path, as {@code file:/data/train-images-idx3-ubyte.gz}
 * @param sha256 SHA-256 of the file as stored (packed, if it is packed), 64 lower-case hex digits
 * @param bytes size of the file as stored
 */
public record IdxFile(String path, String sha256, long bytes) {
  public IdxFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(sha256, "sha256");
  }
}
