package io.syncnorm.ml;

import java.util.ArrayList;
import java.util.List;

/** Lines of Python, in the format of the formatter Black with lines of 100 columns. */
final class PythonSource {
  private static final int COLUMNS = 100;
  private static final String INDENT = "    ";

  private final StringBuilder text = new StringBuilder();

  /** Adds lines of code as they are. */
  PythonSource add(int level, String... lines) {
    for (String line : lines) {
      text.append(line.isEmpty() ? "" : INDENT.repeat(level) + line).append('\n');
    }
    return this;
  }

  /** Adds a text in lines that are not too long. */
  PythonSource prose(int level, String words) {
    wrapped(words, COLUMNS - level * INDENT.length()).forEach(line -> add(level, line));
    return this;
  }

  /** Adds a docstring of one paragraph. */
  PythonSource docstring(int level, String words) {
    String whole = "\"\"\"" + words + "\"\"\"";
    if (level * INDENT.length() + whole.length() <= COLUMNS) {
      return add(level, whole);
    }
    // So short that even a text of one line gets a second one, and quotes below it.
    int columns = COLUMNS - level * INDENT.length() - "\"\"\"".length();
    List<String> lines = wrapped("\"\"\"" + words, columns);
    lines.forEach(line -> add(level, line));
    return add(level, "\"\"\"");
  }

  /** Adds a text as an argument of a call, as several literals that Python joins. */
  PythonSource literal(int level, String words) {
    int columns = COLUMNS - level * INDENT.length();
    String whole = PythonParam.quoted(words) + ",";
    if (whole.length() <= columns) {
      return add(level, whole);
    }
    // Room for quotes, escaped quotes and a comma; a line keeps the space behind its last word.
    List<String> lines = wrapped(words, columns - 8);
    for (int i = 0; i < lines.size(); i++) {
      boolean last = i == lines.size() - 1;
      add(level, PythonParam.quoted(lines.get(i) + (last ? "" : " ")) + (last ? "," : ""));
    }
    return this;
  }

  /** Adds a definition with one argument a line. */
  PythonSource define(int level, String head, List<String> arguments, String tail) {
    add(level, head + "(");
    arguments.forEach(argument -> add(level + 1, argument + ","));
    return add(level, ")" + tail);
  }

  private static List<String> wrapped(String words, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
