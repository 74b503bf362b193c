package io.syncnorm.config;

import java.io.Serializable;

/** How many ranks train together. */
public sealed interface WorldSize extends Serializable {

  /** One rank per task slot that Spark was asked for; written {@code auto}. */
  record Auto() implements WorldSize {}

  /** A fixed number of ranks; written as the number. */
  record Fixed(int ranks) implements WorldSize {
    public Fixed {
      Keys.RANKS.require(Keys.WORLD.path(), ranks);
    }
  }
}
