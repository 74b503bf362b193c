package io.syncnorm.spark.version;

import java.lang.reflect.Executable;
import java.util.Arrays;

/**
 * Parameters of what is private in Spark. Releases add some at the end, so that one jar runs on
 * several only if it does not name them.
 */
final class Parameters {
  private Parameters() {}

  /** Returns these values, followed by false or null for each parameter after them. */
  static Object[] of(Executable called, Object... values) {
    Class<?>[] types = called.getParameterTypes();
    Object[] all = Arrays.copyOf(values, types.length);
    for (int i = values.length; i < all.length; i++) {
      all[i] = types[i] == boolean.class ? false : null;
    }
    return all;
  }
}
