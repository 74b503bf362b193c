package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import io.syncnorm.report.plot.PlotSize;
import io.syncnorm.report.plot.Xml;
import java.util.List;
import java.util.Set;

/** The sections with plots of accuracy, loss and time. */
final class FigureSections {
  private FigureSections() {}

  static String html(List<EpochMetrics> rows, List<RunResult.Hosts> hosts) {
    return Html.section(
            "accuracy",
            "Accuracy",
            "How to read this: one color per model, solid for the training images, dashed for the"
                + " test images. A dashed line that falls away from its solid one is overfitting;"
                + " a solid line below its dashed one early on is normal, because training"
                + " accuracy is measured while the model is still learning.",
            rows.isEmpty() ? noEpochs() : figure("accuracy", Plot.accuracy(rows)))
        + Html.section(
            "loss",
            "Loss",
            "How to read this: as above, but lower is better. A dashed line that rises while accuracy"
                + " stays constant means that the model becomes overconfident in its mistakes. A gap is"
                + " a value that was not finite.",
            rows.isEmpty() ? noEpochs() : figure("loss", Plot.loss(rows)))
        + Html.section(
            "time",
            "Where the time went",
            "How to read this: each bar is the wall time of one epoch. Compute is forward, backward"
                + " and step; synchronization is summing batch statistics over ranks; waiting is"
                + " for slower hosts; averaging merges the models; the rest is evaluation and"
                + " overhead. The times of ranks that share a slot add up, because they compute in"
                + " turns; waiting for a turn does not count. All models share one scale. The first"
                + " epoch is slower while the JVM compiles."
                + HostsTable.howToRead(hosts),
            (rows.isEmpty() ? noEpochs() : times(rows, hosts)) + HostsTable.html(hosts));
  }

  private static String times(List<EpochMetrics> rows, List<RunResult.Hosts> hosts) {
    Set<String> models = EpochMetrics.byModel(rows).keySet();
    StringBuilder figures = new StringBuilder();
    int index = 0;
    for (String model : models) {
      figures
          .append("<h3>%s</h3>\n".formatted(Xml.escape(model)))
          .append(figure("time" + index++, Plot.epochTime(model, rows, hosts)));
    }
    return figures.toString();
  }

  /** The plot for wide and for narrow windows; the style sheet shows one of them. */
  static String figure(String id, Plot plot) {
    try {
      return """
      <figure>
      <div class="wide">%s</div>
      <div class="narrow">%s</div>
      </figure>
      """
          .formatted(
              plot.toInlineSvg(PlotSize.LARGE, id + "-wide"),
              plot.toInlineSvg(PlotSize.SMALL, id + "-narrow"));
    } catch (PlotException e) {
      return note(e);
    }
  }

  /** A small plot, one of several side by side. */
  static String small(String id, Plot plot) {
    try {
      return "<figure>%s</figure>\n".formatted(plot.toInlineSvg(PlotSize.SMALL, id));
    } catch (PlotException e) {
      return note(e);
    }
  }

  private static String note(PlotException e) {
    return "<p class=\"note\">No plot: %s</p>".formatted(Xml.escape(e.getMessage()));
  }

  private static String noEpochs() {
    return "<p class=\"note\">No epoch has finished.</p>";
  }
}
