package io.syncnorm.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Describes the differences between two lists of settings, {@code name=value} each. */
final class Difference {
  /** Maximum number of differences named. */
  private static final int MOST_NAMED = 4;

  /** Longer values are lists or hashes, whose beginning distinguishes them. */
  private static final int MOST_CHARACTERS = 40;

  private static final String NONE = "none";

  private Difference() {}

  static String between(List<String> expected, List<String> found) {
    Map<String, String> wanted = byName(expected);
    Map<String, String> there = byName(found);
    Set<String> names = new LinkedHashSet<>(wanted.keySet());
    names.addAll(there.keySet());
    names.removeIf(name -> wanted.getOrDefault(name, NONE).equals(there.getOrDefault(name, NONE)));
    List<String> named = new ArrayList<>();
    for (String name : names) {
      if (named.size() == MOST_NAMED) {
        named.add(String.format(Locale.ROOT, "and %d more", names.size() - MOST_NAMED));
        break;
      }
      named.add(
          "expected %s=%s, found %s"
              .formatted(name, shortened(wanted, name), shortened(there, name)));
    }
    return String.join("; ", named);
  }

  private static Map<String, String> byName(List<String> lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      int sign = line.indexOf('=');
      values.put(
          sign < 0 ? line : line.substring(0, sign).strip(),
          sign < 0 ? "" : line.substring(sign + 1).strip());
    }
    return values;
  }

  private static String shortened(Map<String, String> values, String name) {
    String value = values.getOrDefault(name, NONE);
    return value.length() <= MOST_CHARACTERS ? value : value.substring(0, MOST_CHARACTERS) + "...";
  }
}
