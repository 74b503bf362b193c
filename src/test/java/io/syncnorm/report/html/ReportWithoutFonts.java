package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.SampleRun;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes plots and a page in a separate JVM; {@link PlotFontsTest} hides the fonts. */
final class ReportWithoutFonts {
  private ReportWithoutFonts() {}

  /** Writes into the directory {@code args[0]}; prints the table of fonts in use, if any. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    List<EpochMetrics> epochs = SampleRun.epochs(3, SampleRun.WITH);
    try {
      Files.write(directory.resolve("curves.png"), Plot.accuracy(epochs).toPng());
      Files.writeString(directory.resolve("curves.svg"), Plot.accuracy(epochs).toSvg());
    } catch (PlotException e) {
      Files.writeString(directory.resolve("exception.txt"), e.getMessage());
    }
    Files.writeString(directory.resolve("report.html"), SampleRun.html(SampleRun.page("run")));
    System.out.println("table=" + System.getProperty("sun.awt.fontconfig"));
    System.out.println("headless=" + System.getProperty("java.awt.headless"));
  }
}
