package io.syncnorm.comm.wire;

import java.io.IOException;

/** The other side of a connection has not proved that it belongs to the run. */
final class HandshakeException extends IOException {
  private static final long serialVersionUID = 1L;

  HandshakeException(String message) {
    super(message);
  }
}
