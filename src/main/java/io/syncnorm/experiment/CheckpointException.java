package io.syncnorm.experiment;

/** What a user named to go on from is not there, or cannot be gone on from. */
public final class CheckpointException extends RuntimeException {
  CheckpointException(String address, String expected, String found, Throwable cause) {
    super(
        "cannot go on from %s: expected %s, found %s; name another checkpoint, or give --resume auto or never"
            .formatted(address, expected, found),
        cause);
  }
}
