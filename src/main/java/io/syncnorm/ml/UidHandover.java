package io.syncnorm.ml;

import org.apache.spark.ml.util.Identifiable$;

/**
 * Passes a uid to a stage before the stage's own constructor runs.
 *
 * <p>Spark's superclass constructors create params, and each param calls its stage's {@code uid()}.
 * In Scala an early field holds it by then; Java has no such fields. So the constructor stores the
 * uid here, in an argument that is evaluated before everything else, and the first call of {@code
 * uid()} takes it.
 */
final class UidHandover {
  private static final ThreadLocal<String> NEXT = new ThreadLocal<>();
  private static final UidHandover DONE = new UidHandover();

  private UidHandover() {}

  static UidHandover of(String uid) {
    NEXT.set(uid);
    return DONE;
  }

  static UidHandover random(String prefix) {
    return of(Identifiable$.MODULE$.randomUID(prefix));
  }

  /** Returns the uid to the first caller. */
  static String take() {
    String uid = NEXT.get();
    NEXT.remove();
    return uid;
  }

  /** Ensures at the end of a constructor that no later stage gets this stage's uid. */
  void requireTaken() {
    if (NEXT.get() != null) {
      throw new IllegalStateException(
          "the superclass constructor did not call uid(): uid=" + take());
    }
  }
}
