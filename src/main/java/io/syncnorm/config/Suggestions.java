package io.syncnorm.config;

import static java.util.Comparator.comparing;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the key, or another name, that a user probably meant. */
public final class Suggestions {

  private static final Comparator<String> LEAST_DEPTH =
      comparing((String path) -> path.chars().filter(c -> c == '.').count())
          .thenComparing(path -> path.startsWith("data.test")) // training rows first
          .thenComparing(Comparator.naturalOrder());

  private Suggestions() {}

  /**
   * Finds the keys that an unknown name, such as an option, may refer to: keys whose last part
   * equals it, else the key that other libraries call by this name, else the most similar one.
   *
   * @param name may be a path
   * @return paths, less deeply nested ones first; empty if none is similar
   */
  public static List<String> keys(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    List<String> exact =
        keys().filter(path -> distance(name, path) == 0).sorted(LEAST_DEPTH).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    return Synonyms.of(plain(name))
        .or(() -> Synonyms.of(plain(last)))
        .or(() -> nearest(keys(), "", name))
        .or(() -> nearest(keys(), "", last))
        .stream()
        .toList();
  }

  /**
   * Finds the key or section most similar to an unknown name, if any is similar: misspelled, in
   * camel case or with underscores, in the wrong section, with its full path in quotes, or under
   * the name that other libraries use.
   *
   * @param section that contains the unknown name; among equally similar names its own win, then
   *     less deeply nested ones
   */
  static Optional<String> nearest(String section, String name) {
    Stream<String> sections = TreeCheck.SECTIONS.keySet().stream().filter(path -> !path.isEmpty());
    Optional<String> nearest = nearest(Stream.concat(keys(), sections), section, name);
    boolean isExact = nearest.isPresent() && distance(name, nearest.get()) == 0;
    return isExact
        ? nearest
        : Synonyms.of(plain(name)).map(path -> orItsOwn(section, path)).or(() -> nearest);
  }

  /** The section's own key with the last name of this one, if it has one. */
  private static String orItsOwn(String section, String path) {
    String own = section + path.substring(path.lastIndexOf('.'));
    return Keys.find(own).isPresent() ? own : path;
  }

  /** The word that may be meant by an unknown one, if any is near. */
  public static Optional<String> nearest(String unknown, Stream<String> words) {
    return nearest(words, "", unknown);
  }

  private static Optional<String> nearest(Stream<String> candidates, String section, String name) {
    return candidates
        .filter(path -> distance(name, path) <= (plain(name).length() + 2) / 3)
        .min(
            comparing((String path) -> distance(name, path))
                .thenComparing(path -> !parent(path).equals(section))
                .thenComparing(LEAST_DEPTH));
  }

  private static Stream<String> keys() {
    return Keys.ALL.stream().map(Key::path);
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
