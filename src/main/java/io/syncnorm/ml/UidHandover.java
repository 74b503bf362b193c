package io.syncnorm.ml;

import org.apache.spark.ml.util.Identifiable$;

/**
 * Hands a uid to a stage before the stage's own constructor runs.
 *
 * <p>Spark's superclass constructors make params, and each asks its stage for the uid: in Scala an
 * early field has it by then, in Java none can. So the constructor leaves the uid here, in an
 * argument that is evaluated before all else, and the first call of {@code uid()} takes it.
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

  /** Gives the uid to the one who asks first. */
  static String take() {
    String uid = NEXT.get();
    NEXT.remove();
    return uid;
  }

  /** Makes sure, at the end of a constructor, that no later stage gets this one's uid. */
  void requireTaken() {
    if (NEXT.get() != null) {
      throw new IllegalStateException("no one asked for the uid: uid=" + take());
    }
  }
}
