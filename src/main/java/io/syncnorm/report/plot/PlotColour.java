package io.syncnorm.report.plot;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The colors of plots: light ones for files, and dark ones, which the style sheet of a page
 * substitutes in dark mode. In both, lines and bars have a contrast of at least 3 to the background
 * and texts of 4.5 (WCAG 2.1), and readers with red-green color blindness can distinguish the
 * series.
 */
public enum PlotColour {
  PAPER(0xFFFFFF, 0x1F2327),
  PANEL(0xEBEBEB, 0x2A2F34),
  /**
   * Slightly different from the paper's white, because the dark style sheet selects colors by
   * value.
   */
  GRID(0xFEFEFE, 0x454B52),
  INK(0x333333, 0xE4E7EA),
  RED(0xEA001A, 0xEC5C4A),
  BLUE(0x148CBC, 0x39C2FF),
  TEAL(0x108463, 0x52DE96),
  PURPLE(0x7F1574, 0xAA66AC),
  LEAF(0x4E9438, 0xF5B334),
  SLATE(0x483741, 0xA5C4CB);

  /** The colors of lines and bars, in order of use. */
  static final List<PlotColour> SERIES = List.of(RED, BLUE, TEAL, PURPLE, LEAF, SLATE);

  private final Color onPaper;
  private final Color inTheDark;

  PlotColour(int onPaper, int inTheDark) {
    this.onPaper = new Color(onPaper);
    this.inTheDark = new Color(inTheDark);
  }

  Color onPaper() {
    return onPaper;
  }

  Color inTheDark() {
    return inTheDark;
  }

  /** The style sheet rules for plots on a page in dark mode. */
  public static String darkStyle() {
    return Arrays.stream(values())
        .flatMap(colour -> List.of(colour.rule("fill"), colour.rule("stroke")).stream())
        .collect(
            Collectors.joining("", "@media screen and (prefers-color-scheme: dark) {\n", "}\n"));
  }

  private String rule(String property) {
    return "  figure [%s=\"%s\"] { %s: %s; }\n"
        .formatted(property, hex(onPaper), property, hex(inTheDark));
  }

  private static String hex(Color colour) {
    return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xFFFFFF);
  }
}
