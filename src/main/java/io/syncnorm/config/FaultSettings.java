package io.syncnorm.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * What is done when ranks do not come, do not answer or are lost.
 *
 * @param waitTimeout deadline of every wait of a rank for its peers once all have loaded their rows
 * @param loadTimeout how long the first rank to have loaded its rows waits for the last
 * @param slotTimeout how long to wait for enough task slots, at the start and after a loss
 * @param maxAttempts how often the ranks are started at most
 */
public record FaultSettings(
    Duration waitTimeout, Duration loadTimeout, Duration slotTimeout, int maxAttempts)
    implements Serializable {
  public FaultSettings {
    Keys.WAIT_TIMEOUT.require(waitTimeout);
    Keys.LOAD_TIMEOUT.require(loadTimeout);
    Keys.SLOT_TIMEOUT.require(slotTimeout);
    Keys.MAX_ATTEMPTS.require(maxAttempts);
  }
}
