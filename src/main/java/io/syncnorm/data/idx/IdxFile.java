package io.syncnorm.data.idx;

import java.util.Objects;

/**
 * The provenance of a file: it identifies the exact bytes that a run was trained on.
 *
 * @param path the fully qualified path, for example {@code file:/data/train-images-idx3-ubyte.gz}
 * @param sha256 SHA-256 of the file as stored (compressed, if it is), 64 lower-case hex digits
 * @param bytes size of the file as stored
 */
public record IdxFile(String path, String sha256, long bytes) {
  public IdxFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(sha256, "sha256");
  }
}
