package io.syncnorm.report.plot;

import static io.syncnorm.report.SampleRun.WITH;
import static io.syncnorm.report.SampleRun.WITHOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Locales;
import io.syncnorm.report.EpochDetails;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.SampleRun;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * XChart searches tick marks in loops that can be endless for unusual ranges: hence the timeout.
 */
@Timeout(60)
class PlotTest {
  private static final String FIRST_COLOUR = "stroke=\"#ea001a\"";
  private static final String SECOND_COLOUR = "stroke=\"#148cbc\"";

  private final List<EpochMetrics> epochs = SampleRun.epochs(20, WITH, WITHOUT);

  @Test
  void shouldNameAxesAndCurvesInTheSvg() throws Exception {
    Svg svg = new Svg(Plot.accuracy(epochs).toSvg());
    assertEquals("Accuracy by epoch", svg.text("title"));
    String description = svg.text("desc");
    for (String part :
        List.of(
            "Epoch",
            "Vertical axis: Accuracy, %",
            "with BN, training (solid line)",
            "with BN, test (dashed line)",
            "without BN, training (solid line)",
            "without BN, test (dashed line)")) {
      assertTrue(description.contains(part), description);
    }
    assertTrue(new Svg(Plot.loss(epochs).toSvg()).text("desc").contains("Vertical axis: Loss"));
  }

  @Test
  void shouldDrawOneColorPerModelAndDashTheTestCurves() throws Exception {
    Svg svg = new Svg(Plot.accuracy(epochs).toSvg());
    int segments = 19;
    int inLegend = 1;
    for (String colour : List.of(FIRST_COLOUR, SECOND_COLOUR)) {
      List<String> lines = svg.lineStyles().filter(style -> style.contains(colour)).toList();
      long dashed = lines.stream().filter(style -> style.contains("stroke-dasharray")).count();
      assertEquals(segments + inLegend, dashed, colour);
      assertEquals(segments + inLegend, lines.size() - dashed, colour);
    }
  }

  @Test
  void shouldDrawAPngOfTheSizeOfASlideWithBothModels() throws Exception {
    BufferedImage image = decode(Plot.accuracy(epochs).toPng());
    assertEquals(1200, image.getWidth());
    assertEquals(800, image.getHeight());
    assertEquals(Color.WHITE.getRGB(), image.getRGB(0, 0));
    assertTrue(count(image, PlotStyle.colour(0)) > 1000);
    assertTrue(count(image, PlotStyle.colour(1)) > 1000);
    int panel = image.getRGB(600, 600);
    assertEquals(0xFFEBEBEB, panel);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 20})
  void shouldPlaceTickMarksAtWholeEpochs(int count) throws Exception {
    Svg svg = new Svg(Plot.accuracy(SampleRun.epochs(count, WITH)).toSvg());
    assertEquals(count, svg.epochTickMarks());
  }

  @Test
  void shouldShowTheOnlyPointOfASingleEpoch() throws Exception {
    BufferedImage image = decode(Plot.accuracy(SampleRun.epochs(1, WITH)).toPng());
    BufferedImage panel = image.getSubimage(110, 0, 1080, 680);
    assertTrue(count(panel, PlotStyle.colour(0)) > 40);
  }

  @Test
  void shouldLeaveGapsForValuesThatAreNotFinite() throws Exception {
    List<EpochMetrics> rows = new ArrayList<>();
    double[] losses = {2.3, Double.NaN, 1e300, 1.2, Double.POSITIVE_INFINITY};
    for (int i = 0; i < losses.length; i++) {
      double loss = losses[i];
      rows.add(
          new EpochMetrics(
              WITH,
              i + 1,
              loss,
              loss,
              loss,
              loss,
              loss,
              loss,
              loss,
              loss,
              loss,
              EpochDetails.NONE));
    }
    Svg svg = new Svg(Plot.loss(rows).toSvg());
    long inLegend = 2;
    assertEquals(inLegend, svg.lineStyles().filter(s -> s.contains(FIRST_COLOUR)).count());
    assertFalse(Plot.loss(rows).toSvg().contains("NaN"));
    assertFalse(Plot.epochTime(WITH, rows, List.of()).toSvg().contains("NaN"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 1e-12, 0.9999999, 1e5, 123456.789, 1e15, 1e29, -1e29, Double.NaN})
  void shouldDrawAnyValue(double value) throws Exception {
    double close = value * (1 + 1e-9);
    List<EpochMetrics> rows =
        List.of(
            new EpochMetrics(
                WITH, 1, value, value, close, close, value, value, 0, 0, 0, EpochDetails.NONE),
            new EpochMetrics(
                WITH, 7, close, 0, value, 1, value, close, 0, 0, 0, EpochDetails.NONE));
    for (Plot plot :
        List.of(Plot.accuracy(rows), Plot.loss(rows), Plot.epochTime(WITH, rows, List.of()))) {
      assertTrue(plot.toPng().length > 1000);
    }
  }

  @Test
  void shouldStayReadableWithManyModelsAndEpochs() throws Exception {
    String[] models = {"one", "two", "three", "four", "five", "six", "seven", "eight"};
    List<EpochMetrics> rows = SampleRun.epochs(200, models);
    BufferedImage image = decode(Plot.accuracy(rows).toPng());
    assertTrue(image.getHeight() > 800, "height=" + image.getHeight());
    Svg svg = new Svg(Plot.accuracy(rows).toSvg());
    assertTrue(svg.text("desc").contains("eight, test"));
  }

  @Test
  void shouldDrawModelsWithSimilarOrOddNames() throws Exception {
    List<EpochMetrics> rows = SampleRun.epochs(2, "a b", "a\tb", "", "$x$", "<&\">\u0000");
    Svg svg = new Svg(Plot.accuracy(rows).toSvg());
    assertTrue(svg.text("desc").contains("<&\">\uFFFD, training"), svg.text("desc"));
    new Svg(Plot.epochTime("", rows, List.of()).toSvg());
  }

  @Test
  void shouldWriteTheSameSvgEachTimeAndInEachLocale() throws Exception {
    Plot plot = Plot.accuracy(epochs);
    String expected = plot.toSvg();
    assertEquals(expected, plot.toSvg());
    assertEquals(expected, Locales.in(Locales.GERMAN, plot::toSvg));
    assertEquals(expected, Locales.in(Locales.EGYPTIAN, plot::toSvg));
  }

  /** As cells of a grid that run in parallel do. */
  @Test
  void shouldWriteTheSameSvgInSeveralThreadsAtOnce() throws Exception {
    String expected = Plot.accuracy(epochs).toSvg();
    List<Callable<String>> drawings = Collections.nCopies(8, () -> Plot.accuracy(epochs).toSvg());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<String> drawn : threads.invokeAll(drawings)) {
        assertEquals(expected, drawn.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldStackAllPartsOfAnEpoch() throws Exception {
    EpochMetrics epoch =
        new EpochMetrics(WITHOUT, 1, 0, 0, 0, 0, 12, 4, 3, 2, 1, EpochDetails.NONE);
    Plot plot = Plot.epochTime(WITHOUT, List.of(epoch), List.of());
    Map<Integer, Integer> heights = columnOfBar(decode(plot.toPng()));
    // From above: other, averaging, waiting, synchronization, compute.
    assertEquals(
        List.of(0x483741, 0x7F1574, 0x4E9438, 0xEA001A, 0x148CBC), List.copyOf(heights.keySet()));
    double second = heights.values().stream().mapToInt(Integer::intValue).sum() / 12.0;
    int[] seconds = {2, 1, 2, 3, 4};
    int part = 0;
    for (int height : heights.values()) {
      assertEquals(seconds[part++] * second, height, 2, heights.toString());
    }
    Svg svg = new Svg(plot.toSvg());
    assertEquals("Seconds per epoch, without BN", svg.text("title"));
    assertTrue(svg.text("desc").contains("compute; synchronization; waiting; averaging"));
  }

  /** Returns the colors of the only bar from the top, with their heights in pixels. */
  private static Map<Integer, Integer> columnOfBar(BufferedImage image) {
    Map<Integer, Integer> heights = new LinkedHashMap<>();
    int x = image.getWidth() / 2;
    int panel = 0xEBEBEB;
    int y = 0;
    while (isGrey(image, x, y) && (image.getRGB(x, y) & 0xFFFFFF) != 0x8A8A8A) {
      y++;
    }
    for (; (image.getRGB(x, y) & 0xFFFFFF) != panel && !isWhite(image, x, y); y++) {
      heights.merge(image.getRGB(x, y) & 0xFFFFFF, 1, Integer::sum);
    }
    heights.values().removeIf(height -> height < 3); // edges
    return heights;
  }

  private static boolean isGrey(BufferedImage image, int x, int y) {
    Color colour = new Color(image.getRGB(x, y));
    return colour.getRed() == colour.getGreen() && colour.getGreen() == colour.getBlue();
  }

  private static boolean isWhite(BufferedImage image, int x, int y) {
    return (image.getRGB(x, y) & 0xFFFFFF) == 0xFFFFFF;
  }

  @Test
  void shouldRefuseAnEmptyPlot() {
    assertThrows(IllegalArgumentException.class, () -> Plot.accuracy(List.of()));
    assertThrows(IllegalArgumentException.class, () -> Plot.epochTime("other", epochs, List.of()));
  }

  private static BufferedImage decode(byte[] png) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static int count(BufferedImage image, Color colour) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == colour.getRGB() ? 1 : 0;
      }
    }
    return count;
  }
}
