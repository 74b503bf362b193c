package io.syncnorm.report;

import java.util.Locale;
import java.util.concurrent.Callable;

/** Runs code as on a machine of another country. */
final class Locales {
  /** Writes decimals with a comma. */
  static final Locale GERMAN = Locale.GERMANY;

  /** Writes its own digits. */
  static final Locale EGYPTIAN = Locale.forLanguageTag("ar-EG-u-nu-arab");

  private Locales() {}

  static <T> T in(Locale locale, Callable<T> work) throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      return work.call();
    } finally {
      Locale.setDefault(before);
    }
  }
}
