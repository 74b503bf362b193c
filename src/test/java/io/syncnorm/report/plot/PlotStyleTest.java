package io.syncnorm.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.SampleRun;
import java.awt.Color;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.knowm.xchart.style.CategoryStyler;

class PlotStyleTest {
  private static final List<Function<PlotColour, Color>> SCHEMES =
      List.of(PlotColour::onPaper, PlotColour::inTheDark);

  /** Distance in CIELAB, where about 2 is just visible between two adjacent areas. */
  private static final double EASILY_SEEN = 20;

  @ParameterizedTest
  @EnumSource
  void shouldRotateLabelsThatWouldOverlap(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    assertFalse(style.areUpright(List.of("2", "4", "8", "16", "32")));
    List<String> names = List.of("synchronized-every-batch", "local", "without-normalization");
    List<String> twice = IntStream.range(0, 6).mapToObj(i -> names.get(i % 3) + i).toList();
    assertTrue(style.areUpright(twice));

    CategoryStyler styler = new CategoryStyler();
    assertEquals(twice, style.makeUpright(styler, twice));
    assertEquals(90, styler.getXAxisLabelRotation());
  }

  @ParameterizedTest
  @EnumSource
  void shouldTruncateLongLabelsAndKeepThemDistinct(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    List<String> alike = IntStream.range(0, 9).mapToObj(i -> "long".repeat(40) + i).toList();
    List<String> labels = style.makeUpright(new CategoryStyler(), alike);

    assertEquals(9, new HashSet<>(labels).size());
    assertTrue(labels.stream().allMatch(label -> label.endsWith("…")), labels::toString);
    assertTrue(style.uprightHeight(alike) <= size.width / 2);
  }

  /** WCAG 2.1: 3 to 1 for lines and bars (1.4.11), 4.5 to 1 for texts (1.4.3). */
  @Test
  void shouldContrastWithTheBackgroundInBothColorSchemes() {
    for (Function<PlotColour, Color> scheme : SCHEMES) {
      for (PlotColour behind : List.of(PlotColour.PANEL, PlotColour.PAPER)) {
        for (PlotColour series : PlotColour.SERIES) {
          double contrast = Contrast.of(scheme.apply(series), scheme.apply(behind));
          assertTrue(contrast >= 3, series + " on " + behind + ": " + contrast);
        }
        double text = Contrast.of(scheme.apply(PlotColour.INK), scheme.apply(behind));
        assertTrue(text >= 4.5, "text on " + behind + ": " + text);
      }
    }
  }

  @Test
  void shouldDistinguishSeriesWithoutRedOrGreenCones() {
    for (Function<PlotColour, Color> scheme : SCHEMES) {
      for (double[][] eyes : List.of(Contrast.PROTANOPIA, Contrast.DEUTERANOPIA)) {
        for (PlotColour one : PlotColour.SERIES) {
          for (PlotColour other : PlotColour.SERIES.subList(0, PlotColour.SERIES.indexOf(one))) {
            double distance = Contrast.distance(scheme.apply(one), scheme.apply(other), eyes);
            assertTrue(distance >= EASILY_SEEN, one + " and " + other + ": " + distance);
          }
        }
      }
    }
  }

  @Test
  void shouldHaveADarkColorForEachPlotColor() throws PlotException {
    String style = PlotColour.darkStyle();
    List<EpochMetrics> rows = SampleRun.epochs(3, SampleRun.WITH, SampleRun.WITHOUT);
    for (Plot plot : List.of(Plot.loss(rows), Plot.epochTime(SampleRun.WITH, rows, List.of()))) {
      Pattern.compile("(fill|stroke)=\"#[0-9a-f]{6}\"")
          .matcher(plot.toSvg())
          .results()
          .map(MatchResult::group)
          .distinct()
          .forEach(used -> assertTrue(style.contains("[" + used + "]"), used));
    }
  }
}
