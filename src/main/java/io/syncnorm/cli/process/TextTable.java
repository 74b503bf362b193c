package io.syncnorm.cli.process;

import java.util.ArrayList;
import java.util.List;

/** Formats rows of text as aligned columns for a terminal. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... head) {
    rows.add(List.of(head));
  }

  public void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  /** Returns all rows, each with a line feed and no trailing blanks; numbers are right-aligned. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String blanks = " ".repeat(width(column) - row.get(column).length());
        String cell = isNumeric(column) ? blanks + row.get(column) : row.get(column) + blanks;
        line.append(column == 0 ? "" : GAP).append(cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isNumeric(int column) {
    return rows.stream()
        .skip(1)
        .map(row -> row.get(column))
        .allMatch(cell -> cell.matches("[-+0-9.,%: ]*"));
  }
}
