package io.syncnorm.experiment;

/** Thrown when the checkpoint that a user named is missing or cannot be resumed from. */
public final class CheckpointException extends RuntimeException {
  CheckpointException(String address, String expected, String found, Throwable cause) {
    super(
        "cannot resume from %s: expected %s, found %s; name another checkpoint, or use --resume auto or --resume never"
            .formatted(address, expected, found),
        cause);
  }
}
