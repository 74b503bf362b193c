package io.syncnorm.report.html;

import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.WrongPrediction;
import io.syncnorm.report.plot.Png;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The sections on each model's confusion matrix, per-class metrics, and most confident mistakes.
 */
final class EvaluationSections {
  private EvaluationSections() {}

  static String html(ReportPage page) {
    StringBuilder body = new StringBuilder();
    page.evaluations().forEach((model, evaluation) -> body.append(model(model, evaluation)));
    String note = "<p class=\"note\">No model was evaluated.</p>";
    return Html.section(
        "evaluation",
        "Evaluation",
        "How to read this: each row of a confusion matrix is a true class, each column a predicted"
            + " class. The diagonal shows correct predictions. Elsewhere, the redder a cell, the more"
            + " frequent the mistake. Precision is the share of the images predicted as a class that"
            + " belong to it, recall the share of the images of a class that were predicted as"
            + " such, F1 their harmonic mean. The pictures are the mistakes that the model was most"
            + " confident about.",
        body.isEmpty() ? note : body.toString());
  }

  private static String model(String model, ClassificationReport evaluation) {
    String name = Xml.escape(model);
    return """
        <h3>%s: %s of %s correct</h3>
        <div class="pair">
        %s
        %s
        </div>
        %s
        """
        .formatted(
            name,
            Html.percent(evaluation.accuracy()),
            Html.count(evaluation.total()),
            Html.scrolling("Confusion matrix, " + model, confusion(evaluation)),
            classes(model, evaluation),
            mistakes(evaluation));
  }

  private static String confusion(ClassificationReport evaluation) {
    int[][] counts = evaluation.confusion();
    int mostFrequent = mostFrequentMistake(counts);
    List<String> head = new ArrayList<>(List.of("true \\ predicted"));
    IntStream.range(0, counts.length).forEach(c -> head.add(Integer.toString(c)));
    head.add("all");
    StringBuilder rows = new StringBuilder();
    for (int label = 0; label < counts.length; label++) {
      rows.append("<tr><th scope=\"row\">%s</th>".formatted(label));
      for (int predicted = 0; predicted < counts.length; predicted++) {
        rows.append(cell(counts[label][predicted], label == predicted ? 0 : mostFrequent));
      }
      rows.append(
          "<td class=\"sum\">%s</td></tr>\n".formatted(Html.count(evaluation.actual(label))));
    }
    String sums =
        IntStream.range(0, counts.length)
            .mapToObj(c -> "<td>" + Html.count(evaluation.predicted(c)) + "</td>")
            .collect(Collectors.joining());
    return """
        <table class="confusion">
        <caption>Confusion matrix: images of each true class by predicted class</caption>
        %s<tbody>
        %s</tbody>
        <tfoot><tr class="sum"><th scope="row">all</th>%s<td>%s</td></tr></tfoot>
        </table>"""
        .formatted(Html.head(head), rows, sums, Html.count(evaluation.total()));
  }

  /**
   * Formats a count; off the diagonal its color grows with the root, so that rare mistakes are
   * visible.
   */
  private static String cell(int count, int mostFrequentMistake) {
    if (count == 0) {
      return "<td class=\"zero\">0</td>";
    }
    if (mostFrequentMistake == 0) {
      return "<td class=\"right\">%s</td>".formatted(Html.count(count));
    }
    double heat = Math.sqrt((double) count / mostFrequentMistake);
    return "<td class=\"wrong\" style=\"--heat:%s\">%s</td>"
        .formatted(Html.decimal(heat, 2), Html.count(count));
  }

  private static int mostFrequentMistake(int[][] counts) {
    int most = 0;
    for (int label = 0; label < counts.length; label++) {
      for (int predicted = 0; predicted < counts.length; predicted++) {
        most = label == predicted ? most : Math.max(most, counts[label][predicted]);
      }
    }
    return most;
  }

  private static String classes(String model, ClassificationReport evaluation) {
    return Html.table(
        "Precision, recall and F1 of each class, " + model,
        IntStream.range(0, evaluation.classes()).boxed().toList(),
        List.of(
            new Column<>("Class", c -> Integer.toString(c)),
            new Column<>("Precision", c -> Html.percent(evaluation.precision(c))),
            new Column<>("Recall", c -> Html.percent(evaluation.recall(c))),
            new Column<>("F1", c -> Html.percent(evaluation.f1(c))),
            new Column<>("Images", c -> Html.count(evaluation.actual(c)))));
  }

  private static String mistakes(ClassificationReport evaluation) {
    if (evaluation.wrong().isEmpty()) {
      boolean hasMistakes = evaluation.accuracy() < 1; // but their images cannot be shown
      return hasMistakes ? "" : "<p class=\"note\">No mistakes to show.</p>";
    }
    return evaluation.wrong().stream()
        .map(EvaluationSections::mistake)
        .collect(Collectors.joining("", "<ul class=\"mistakes\">\n", "</ul>"));
  }

  private static String mistake(WrongPrediction wrong) {
    return """
        <li><img src="%s" alt="test image %s, a %s"><span>is <b>%s</b>, predicted <b>%s</b></span>\
        <span class="quiet">%s confident</span><span class="quiet">image %s</span></li>
        """
        .formatted(
            Png.dataUri(wrong.image().toBufferedImage()),
            wrong.index(),
            wrong.label(),
            wrong.label(),
            wrong.predicted(),
            Html.percent(wrong.probability()),
            wrong.index());
  }
}
