package io.syncnorm;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Runs code as on a machine of another country. */
public final class Locales {
  /** Writes decimals with a comma. */
  public static final Locale GERMAN = Locale.GERMANY;

  /** Writes its own digits. */
  public static final Locale EGYPTIAN = Locale.forLanguageTag("ar-EG-u-nu-arab");

  /** Has an i without a dot. */
  public static final Locale TURKISH = Locale.forLanguageTag("tr-TR");

  /** Writes its own digits when asked to. */
  public static final Locale INDIAN = Locale.forLanguageTag("hi-IN-u-nu-deva");

  private Locales() {}

  /** Those that have broken something somewhere. */
  public static Stream<Locale> all() {
    return Stream.of(GERMAN, EGYPTIAN, TURKISH, INDIAN);
  }

  public static <T> T in(Locale locale, Callable<T> work) throws Exception {
    Locale before = Locale.getDefault();
    Locale formats = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(locale);
    try {
      return work.call();
    } finally {
      Locale.setDefault(before);
      Locale.setDefault(Locale.Category.FORMAT, formats);
    }
  }
}
