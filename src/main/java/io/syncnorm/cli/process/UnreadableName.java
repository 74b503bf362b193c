package io.syncnorm.cli.process;

import io.syncnorm.files.LocationException;
import java.io.File;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Detects names that Java cannot read because the locale cannot represent their bytes: the locale
 * of cron and of many containers is ASCII only. A run would write to a folder of another name.
 */
public final class UnreadableName {
  private static final String REMEDY =
      "start the program with LC_ALL=C.UTF-8; a name that is not UTF-8 must be changed";

  private UnreadableName() {}

  /**
   * Returns a message if any argument, or the working directory, is unreadable.
   *
   * @param encoding Java's encoding of file names: {@code sun.jnu.encoding}
   */
  public static Optional<String> among(Charset encoding, String folder, String... words) {
    // A JVM started by another JVM, as by spark-submit, receives names that the first one has
    // already replaced.
    String lost = encoding.newEncoder().canEncode('ü') ? LocationException.UNREADABLE : "?";
    return Stream.of(words)
        .filter(word -> word.contains(LocationException.UNREADABLE) || word.contains(lost))
        .findFirst()
        .map(word -> "an argument of the command line cannot be read in this locale: found=" + word)
        .or(
            () ->
                new File(folder).isDirectory()
                    ? Optional.empty()
                    : Optional.of(
                        "the name of the working directory cannot be read in this locale: found="
                            + folder))
        .map(what -> "%s, sun.jnu.encoding=%s; %s".formatted(what, encoding, REMEDY));
  }
}
