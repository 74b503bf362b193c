package io.syncnorm.cli;

import io.syncnorm.files.LocationException;
import java.io.File;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names that Java cannot read, because the locale has no characters for their bytes: those of cron
 * and of many containers have ASCII only. A run would go to a folder of another name, and be lost.
 */
final class UnreadableName {
  private static final String REMEDY =
      "start it with LC_ALL=C.UTF-8; a name that is no UTF-8 must be changed";

  private UnreadableName() {}

  /**
   * What to tell the user, if any of the words, or the folder one is in, is not what it was.
   *
   * @param encoding of names, as Java has it: {@code sun.jnu.encoding}
   */
  static Optional<String> among(Charset encoding, String folder, String... words) {
    // Who starts Java through another Java, as spark-submit does, hands on what that has made of
    // it.
    String lost = encoding.newEncoder().canEncode('ü') ? LocationException.UNREADABLE : "?";
    return Stream.of(words)
        .filter(word -> word.contains(LocationException.UNREADABLE) || word.contains(lost))
        .findFirst()
        .map(word -> "a word of the command line cannot be read in this locale: found=" + word)
        .or(
            () ->
                new File(folder).isDirectory()
                    ? Optional.empty()
                    : Optional.of(
                        "the name of the folder one is in cannot be read in this locale: found="
                            + folder))
        .map(what -> "%s, sun.jnu.encoding=%s; %s".formatted(what, encoding, REMEDY));
  }
}
