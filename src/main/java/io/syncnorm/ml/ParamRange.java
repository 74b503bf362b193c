package io.syncnorm.ml;

import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import java.io.Serializable;
import scala.runtime.AbstractFunction1;

/** The values that a param without a key of the configuration accepts. */
abstract class ParamRange<T> extends AbstractFunction1<T, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  abstract boolean accepts(T value);

  @Override
  public Object apply(T value) {
    return accepts(value);
  }

  static final class AtLeast extends ParamRange<Object> {
    private static final long serialVersionUID = 1L;

    private final int least;

    AtLeast(int least) {
      this.least = least;
    }

    @Override
    boolean accepts(Object value) {
      return (int) value >= least;
    }
  }

  /**
   * Accepts the configuration's range of epochs between checkpoints, and Spark's value for none.
   */
  static final class Interval extends ParamRange<Object> {
    private static final long serialVersionUID = 1L;

    @Override
    boolean accepts(Object value) {
      return (int) value == ParamSet.NO_CHECKPOINTS
          || Keys.CHECKPOINT_EVERY.takes(new Period.EveryEpochs((Integer) value));
    }
  }

  /** Accepts what the configuration accepts, and blanks. */
  static final class Every extends ParamRange<String> {
    private static final long serialVersionUID = 1L;

    @Override
    boolean accepts(String value) {
      return value != null
          && (value.isBlank() || Keys.CHECKPOINT_EVERY.read(value.strip()).isPresent());
    }
  }

  static final class NotNull extends ParamRange<String> {
    private static final long serialVersionUID = 1L;

    @Override
    boolean accepts(String value) {
      return value != null;
    }
  }
}
