package io.syncnorm.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * What is done when ranks do not come, do not answer or are lost.
 *
 * @param waitTimeout deadline of every wait of a rank for its peers
 * @param slotTimeout how long to wait for enough task slots, at the start and after a loss
 * @param maxAttempts how often the ranks are started at most
 */
public record FaultSettings(Duration waitTimeout, Duration slotTimeout, int maxAttempts)
    implements Serializable {
  public FaultSettings {
    Keys.WAIT_TIMEOUT.require(waitTimeout);
    Keys.SLOT_TIMEOUT.require(slotTimeout);
    Keys.MAX_ATTEMPTS.require(maxAttempts);
  }
}
