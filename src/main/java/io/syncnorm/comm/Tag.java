package io.syncnorm.comm;

import java.util.List;
import java.util.Locale;

/**
 * Identifies the exchange of a run that a message belongs to, packed in one long so that a step
 * allocates nothing.
 *
 * <pre>
 *  63    52 51                  20 19        4 3    0
 * +--------+----------------------+-----------+------+
 * | epoch  |         step         |   layer   | kind |
 * | 12 bit |        32 bit        |   16 bit  | 4 bit|
 * +--------+----------------------+-----------+------+
 * </pre>
 *
 * <p>An epoch above 4095 keeps its lower 12 bits: enough to distinguish epochs of one run.
 */
public final class Tag {
  /** The kind of exchange. */
  public enum Kind {
    FORWARD(0, "forward"),
    BACKWARD(1, "backward"),
    AVERAGING(2, "averaging"),
    EPOCH_TOTALS(3, "epoch totals"),
    EVALUATION(4, "evaluation"),
    GRADIENT(5, "gradient"),
    DRIFT(6, "drift"),
    RECALIBRATION(7, "recalibration"),
    LOADING(8, "the end of loading"),
    STEP_ROWS(9, "rows of the step");

    private final int code;
    private final String description;

    Kind(int code, String description) {
      this.code = code;
      this.description = description;
    }
  }

  private static final List<Kind> KINDS = List.of(Kind.values());

  /** The end of loading, before the first step. */
  static final long LOADED = of(0, 0, 0, Kind.LOADING);

  private Tag() {}

  /** Packs a tag; {@code layer} is 0 for exchanges that belong to no layer. */
  public static long of(int epoch, int step, int layer, Kind kind) {
    return (epoch & 0xFFFL) << 52 | (step & 0xFFFFFFFFL) << 20 | (layer & 0xFFFFL) << 4 | kind.code;
  }

  /** Describes a tag, for example {@code epoch 3, step 17, layer 0, forward}. */
  public static String describe(long tag) {
    Kind kind = KINDS.get((int) (tag & 0xF));
    String epochAndStep =
        String.format(
            Locale.ROOT, "epoch %d, step %d", tag >>> 52, (int) (tag >>> 20 & 0xFFFFFFFFL));
    return switch (kind) {
      case FORWARD, BACKWARD, DRIFT, RECALIBRATION ->
          String.format(
              Locale.ROOT, "%s, layer %d, %s", epochAndStep, tag >>> 4 & 0xFFFF, kind.description);
      case AVERAGING, EPOCH_TOTALS, EVALUATION, GRADIENT, STEP_ROWS ->
          "%s, %s".formatted(epochAndStep, kind.description);
      case LOADING -> kind.description; // before any step
    };
  }
}
