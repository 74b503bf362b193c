package io.syncnorm.comm.wire;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what is no longer needed. */
public final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  /** Closes a connection or the like whose failure to close changes nothing: it is only logged. */
  public static void quietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.debug("closing {}", closeable, e);
    }
  }
}
