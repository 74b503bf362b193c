package io.syncnorm.report.plot;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.RunResult;
import java.awt.AWTError;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Function;

/**
 * A plot in the ggplot style as PNG or SVG, drawn separately for each size. Values that are not
 * finite leave gaps. At least one row is required.
 */
public abstract sealed class Plot permits AxisChart, CurveChart, PanelChart, TimeChart {
  private final String title;
  private final String description;

  /**
   * @param title short text
   * @param description of axes and series, for readers who cannot see the picture
   */
  Plot(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** The two files of a plot. */
  public record Files(byte[] png, String svg) {}

  /**
   * Draws the picture at one size.
   *
   * @throws PlotException if this machine has no usable fonts
   */
  abstract PlotPicture draw(PlotSize size) throws PlotException;

  /**
   * Plots training and test accuracy of each model by epoch.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static Plot accuracy(List<EpochMetrics> rows) {
    return CurveChart.learning(
        "Accuracy",
        "%",
        someRows(rows),
        row -> 100 * row.trainAccuracy(),
        row -> 100 * row.testAccuracy());
  }

  /**
   * Plots training and test loss of each model by epoch.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static Plot loss(List<EpochMetrics> rows) {
    return CurveChart.learning(
        "Loss", "", someRows(rows), EpochMetrics::trainLoss, EpochMetrics::testLoss);
  }

  /**
   * Plots one or more curves over the epochs.
   *
   * @param unit of the values; may be empty
   */
  public static Plot curves(String quantity, String unit, List<Curve> curves) {
    return CurveChart.byEpoch(quantity, unit, List.copyOf(curves));
  }

  /**
   * Plots test accuracy of models and baselines over seconds of training.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static Plot accuracyOverTime(List<EpochMetrics> rows, List<Baseline> baselines) {
    return CurveChart.overTime(someRows(rows), baselines);
  }

  /**
   * Plots the parts of the time of each epoch of {@code model}, with the pauses in which hosts
   * changed; the scale fits the epochs of all models.
   *
   * @param hosts on which the models were trained
   * @throws IllegalArgumentException if the model has no rows
   */
  public static Plot epochTime(String model, List<EpochMetrics> rows, List<RunResult.Hosts> hosts) {
    if (rows.stream().noneMatch(row -> row.model().equals(model))) {
      throw new IllegalArgumentException(
          "expected at least one epoch of the model: model=" + model);
    }
    return TimeChart.ofEpochs(model, rows, hosts);
  }

  /**
   * Draws both files.
   *
   * @throws PlotException if this machine cannot draw; the message says what to install
   */
  public Files files() throws PlotException {
    return new Files(toPng(), toSvg());
  }

  /**
   * Draws a PNG of 1200 x 800 pixels, higher if the legend needs many rows.
   *
   * @throws PlotException if this machine cannot draw; the message says what to install
   */
  public byte[] toPng() throws PlotException {
    return encode(
        PlotSize.LARGE,
        picture -> {
          BufferedImage image =
              new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
          Graphics2D g = image.createGraphics();
          picture.paint(g);
          g.dispose();
          return Png.encode(image);
        });
  }

  /**
   * Draws a stand-alone SVG file in UTF-8.
   *
   * @throws PlotException if this machine cannot draw; the message says what to install
   */
  public String toSvg() throws PlotException {
    return encode(
        PlotSize.LARGE,
        picture -> {
          String attributes =
              "xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\""
                  .formatted(picture.width(), picture.height());
          return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              + svg(picture, "plot", attributes)
              + "\n";
        });
  }

  /**
   * Draws an {@code svg} element for an HTML page, which scales to the available width.
   *
   * @param idPrefix makes the ids unique within the page
   */
  public String toInlineSvg(PlotSize size, String idPrefix) throws PlotException {
    return encode(size, picture -> svg(picture, idPrefix, "focusable=\"false\""));
  }

  private String svg(PlotPicture picture, String idPrefix, String attributes) {
    SvgCanvas canvas = new SvgCanvas(idPrefix);
    picture.paint(canvas);
    return """
    <svg %s viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-desc">
    <title id="%s-title">%s</title>
    <desc id="%s-desc">%s</desc>
    %s\
    </svg>"""
        .formatted(
            attributes,
            picture.width(),
            picture.height(),
            idPrefix,
            idPrefix,
            idPrefix,
            Xml.escape(title),
            idPrefix,
            Xml.escape(description),
            canvas.elements());
  }

  private <T> T encode(PlotSize size, Function<PlotPicture, T> encoder) throws PlotException {
    try {
      return encoder.apply(draw(size));
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      throw new PlotException("cannot draw: plot=" + title + " cause=" + e, e);
    }
  }

  private static List<EpochMetrics> someRows(List<EpochMetrics> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("expected at least one epoch to plot: rows=0");
    }
    return rows;
  }
}
