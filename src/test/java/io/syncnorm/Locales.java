package io.syncnorm;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Runs code in another locale. */
public final class Locales {
  /** Writes decimals with a comma. */
  public static final Locale GERMAN = Locale.GERMANY;

  /** Writes its own digits. */
  public static final Locale EGYPTIAN = Locale.forLanguageTag("ar-EG-u-nu-arab");

  /** Has a dotless i. */
  public static final Locale TURKISH = Locale.forLanguageTag("tr-TR");

  /** Writes its own digits if the locale requests it. */
  public static final Locale INDIAN = Locale.forLanguageTag("hi-IN-u-nu-deva");

  private Locales() {}

  /** Locales that are known to break formatting. */
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
