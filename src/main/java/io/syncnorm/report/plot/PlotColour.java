package io.syncnorm.report.plot;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The colours of plots: on white paper, as files have them, and on a page in the dark, where the
 * style of the page replaces each by its dark one. Every line and bar has a contrast of at least 3
 * to what lies behind it and texts of 4.5 (WCAG 2.1), in both; eyes without red or green cones tell
 * the series apart.
 */
public enum PlotColour {
  PAPER(0xFFFFFF, 0x1F2327),
  PANEL(0xEBEBEB, 0x2A2F34),
  /** Not quite the paper's white: the dark style knows a colour by its number. */
  GRID(0xFEFEFE, 0x454B52),
  INK(0x333333, 0xE4E7EA),
  RED(0xEA001A, 0xEC5C4A),
  BLUE(0x148CBC, 0x39C2FF),
  TEAL(0x108463, 0x52DE96),
  PURPLE(0x7F1574, 0xAA66AC),
  LEAF(0x4E9438, 0xF5B334),
  SLATE(0x483741, 0xA5C4CB);

  /** Those of lines and bars, in the order in which they are used. */
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

  /** Rules for the plots of a page that is shown in the dark. */
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
