package io.syncnorm.report.plot;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.EpochMetrics;
import java.awt.AWTError;
import java.io.IOException;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * A plot in ggplot's look as PNG or SVG. Values that are not finite leave gaps. At least one row is
 * needed.
 */
public final class Plot {
  /** A picture in some format. */
  private interface Encoder<T> {
    T encode(IChart picture) throws IOException;
  }

  private final Drawing drawing;

  private Plot(Drawing drawing) {
    this.drawing = drawing;
  }

  static Plot of(Drawing drawing) {
    return new Plot(drawing);
  }

  /**
   * Training and test accuracy of each model by epoch.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static Plot accuracy(List<EpochMetrics> rows) {
    return new Plot(
        CurveChart.learning(
            "Accuracy",
            CurveChart.PERCENT,
            someRows(rows),
            row -> 100 * row.trainAccuracy(),
            row -> 100 * row.testAccuracy()));
  }

  /**
   * Training and test loss of each model by epoch.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static Plot loss(List<EpochMetrics> rows) {
    return new Plot(
        CurveChart.learning(
            "Loss", "", someRows(rows), EpochMetrics::trainLoss, EpochMetrics::testLoss));
  }

  /**
   * Any curves over the epochs, at least one.
   *
   * @param unit of the values; may be empty
   */
  public static Plot curves(String quantity, String unit, List<Curve> curves) {
    return new Plot(new CurveChart(quantity, unit, List.copyOf(curves)));
  }

  /**
   * Test accuracy of models and baselines against the seconds of their training.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static Plot accuracyOverTime(List<EpochMetrics> rows, List<Baseline> baselines) {
    return new Plot(new OverTimeChart(someRows(rows), baselines));
  }

  /**
   * Where the epochs of {@code model} spent their time; the scale fits the epochs of all models.
   *
   * @throws IllegalArgumentException if the model has no rows
   */
  public static Plot epochTime(String model, List<EpochMetrics> rows) {
    if (rows.stream().noneMatch(row -> row.model().equals(model))) {
      throw new IllegalArgumentException(
          "expected at least one epoch of the model: model=" + model);
    }
    return new Plot(new TimeChart(model, rows));
  }

  /**
   * A PNG of 1200 x 800 pixels; higher if the legend needs many rows.
   *
   * @throws PlotException if this machine cannot draw; the message says what to install
   */
  public byte[] toPng() throws PlotException {
    return encode(PlotSize.LARGE, picture -> Png.encode(BitmapEncoder.getBufferedImage(picture)));
  }

  /**
   * The same picture as a stand-alone SVG file in UTF-8.
   *
   * @throws PlotException if this machine cannot draw; the message says what to install
   */
  public String toSvg() throws PlotException {
    return svg(PlotSize.LARGE, "plot").file();
  }

  /**
   * An {@code svg} element for an HTML page.
   *
   * @param idPrefix makes its ids unique within the page
   */
  public String toInlineSvg(PlotSize size, String idPrefix) throws PlotException {
    return svg(size, idPrefix).inline();
  }

  private SvgText svg(PlotSize size, String idPrefix) throws PlotException {
    return encode(
        size,
        picture -> {
          SvgCanvas canvas = new SvgCanvas(idPrefix);
          picture.paint(canvas, picture.getWidth(), picture.getHeight());
          return new SvgText(
              picture.getWidth(),
              picture.getHeight(),
              idPrefix,
              drawing.title(),
              drawing.description(),
              canvas.elements());
        });
  }

  private <T> T encode(PlotSize size, Encoder<T> encoder) throws PlotException {
    try {
      return encoder.encode(drawing.draw(size));
    } catch (IOException | RuntimeException | LinkageError | InternalError | AWTError e) {
      throw new PlotException("could not draw: plot=" + drawing.title() + " cause=" + e, e);
    }
  }

  private static List<EpochMetrics> someRows(List<EpochMetrics> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("expected at least one epoch to plot: rows=0");
    }
    return List.copyOf(rows);
  }
}
