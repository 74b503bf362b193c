package io.syncnorm.config;

import static java.util.Comparator.comparing;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Which key somebody may have meant. */
final class Suggestions {

  private Suggestions() {}

  /**
   * The key or section whose name is nearest to an unknown one, if any is near: misspelled, in
   * camel case or with underscores, in the wrong section, or with its whole path in quotes.
   *
   * @param section where the unknown name stands; of equally near names its own win, then those
   *     that lie less deep
   */
  static Optional<String> nearest(String section, String name) {
    return candidates()
        .filter(path -> distance(name, path) <= (plain(name).length() + 2) / 3)
        .min(
            comparing((String path) -> distance(name, path))
                .thenComparing(path -> !parent(path).equals(section))
                .thenComparing(path -> path.chars().filter(c -> c == '.').count())
                .thenComparing(Comparator.naturalOrder()));
  }

  private static Stream<String> candidates() {
    Stream<String> sections = Keys.SECTIONS.keySet().stream().filter(path -> !path.isEmpty());
    return Stream.concat(Keys.ALL.stream().map(Key::path), sections);
  }

  /** Edits between the name and the path, or the path's last part. */
  private static int distance(String name, String path) {
    LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
    String last = path.substring(path.lastIndexOf('.') + 1);
    return Math.min(edits.apply(plain(name), plain(last)), edits.apply(plain(name), plain(path)));
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
  }
}
