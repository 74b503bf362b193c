package io.syncnorm.train;

import io.syncnorm.comm.Tag.Kind;

/** Names an exchange of the step that a rank is at. */
@FunctionalInterface
interface ExchangeTag {
  /**
   * @param layer 0 for exchanges that belong to no layer
   */
  long of(int layer, Kind kind);
}
