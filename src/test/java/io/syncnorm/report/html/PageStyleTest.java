package io.syncnorm.report.html;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.plot.Contrast;
import java.awt.Color;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the colors of the pages with the rules of WCAG 2.1. */
class PageStyleTest {
  /** Checks every pair of text and background colors in the pages' style. */
  @Test
  void shouldHaveReadableTextsOnThePages() {
    String css = Html.resource("report.css");
    int dark = css.indexOf("@media screen and (prefers-color-scheme: dark)");
    for (String scheme : List.of(css.substring(0, dark), css.substring(dark))) {
      Color card = Contrast.variable(scheme, "card");
      List<Color> inks =
          Stream.of("ink", "quiet", "accent").map(n -> Contrast.variable(scheme, n)).toList();
      for (Color behind : List.of(card, Contrast.variable(scheme, "page"))) {
        inks.forEach(ink -> assertTrue(Contrast.of(ink, behind) >= 4.5, ink + " on " + behind));
      }
      double hottest = 0.08 + Contrast.number(scheme, "hottest");
      Color wrong = Contrast.mixed(Contrast.number(css, "wrong", 3), card, hottest);
      Color right = Contrast.mixed(Contrast.number(css, "right", 3), card, 0.3);
      for (Color behind : List.of(wrong, right)) {
        double contrast = Contrast.of(inks.get(0), behind);
        assertTrue(contrast >= 4.5, behind + ": " + contrast);
      }
    }
  }
}
