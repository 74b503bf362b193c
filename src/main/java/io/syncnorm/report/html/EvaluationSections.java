package io.syncnorm.report.html;

import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.GreyImage;
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
  private static final int LONG_NAME = 4;

  private EvaluationSections() {}

  static String html(ReportPage page) {
    StringBuilder body = new StringBuilder();
    page.evaluations().forEach((model, evaluation) -> body.append(model(model, evaluation)));
    String note =
        page.unfinished().isEmpty()
            ? "<p class=\"note\">No model was evaluated.</p>"
            : "<p class=\"note\">A model is evaluated when its training ends.</p>";
    return Html.section(
        "evaluation",
        "Evaluation",
        "How to read this: each row of a confusion matrix is a true class, each column a predicted"
            + " class. The diagonal shows correct predictions. Elsewhere, the redder a cell, the more"
            + " frequent the mistake. Precision is the share of the rows predicted as a class that"
            + " belong to it, recall the share of the rows of a class that were predicted as"
            + " such, F1 their harmonic mean. Below are the mistakes that the model was most"
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
            mistakeTable(model, evaluation),
            mistakePictures(evaluation));
  }

  private static String confusion(ClassificationReport evaluation) {
    long[][] counts = evaluation.confusion();
    long mostFrequent = mostFrequentMistake(counts);
    List<String> head = new ArrayList<>(List.of("true \\ predicted"));
    head.addAll(evaluation.names());
    head.add("all");
    StringBuilder rows = new StringBuilder();
    for (int label = 0; label < counts.length; label++) {
      rows.append("<tr><th scope=\"row\">%s</th>".formatted(name(evaluation, label)));
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
        <table class="confusion%s">
        <caption>Confusion matrix: rows of each true class by predicted class</caption>
        %s<tbody>
        %s</tbody>
        <tfoot><tr class="sum"><th scope="row">all</th>%s<td>%s</td></tr></tfoot>
        </table>"""
        .formatted(
            hasLongNames(evaluation) ? " named" : "",
            Html.head(head),
            rows,
            sums,
            Html.count(evaluation.total()));
  }

  /**
   * Formats a count; off the diagonal its color grows with the root, so that rare mistakes are
   * visible.
   */
  private static String cell(long count, long mostFrequentMistake) {
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

  private static long mostFrequentMistake(long[][] counts) {
    long most = 0;
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
            new Column<>("Class", c -> name(evaluation, c)),
            new Column<>("Precision", c -> Html.percent(evaluation.precision(c))),
            new Column<>("Recall", c -> Html.percent(evaluation.recall(c))),
            new Column<>("F1", c -> Html.percent(evaluation.f1(c))),
            new Column<>("Rows", c -> Html.count(evaluation.actual(c)))));
  }

  /** Lists mistakes on rows that are no images. */
  private static String mistakeTable(String model, ClassificationReport evaluation) {
    if (evaluation.wrong().stream().allMatch(wrong -> wrong.image().isPresent())) {
      return "";
    }
    return Html.table(
        "Most confident mistakes, " + model,
        evaluation.wrong(),
        List.of(
            new Column<>("Row", wrong -> Html.count(wrong.row())),
            new Column<>("Class", wrong -> name(evaluation, wrong.label())),
            new Column<>("Predicted", wrong -> name(evaluation, wrong.predicted())),
            new Column<>("Probability", wrong -> Html.percent(wrong.probability()))));
  }

  private static String mistakePictures(ClassificationReport evaluation) {
    if (evaluation.wrong().isEmpty()) {
      return "<p class=\"note\">No mistakes to show.</p>";
    }
    String pictures =
        evaluation.wrong().stream()
            .flatMap(
                wrong -> wrong.image().map(image -> mistake(evaluation, wrong, image)).stream())
            .collect(Collectors.joining());
    return pictures.isEmpty() ? "" : "<ul class=\"mistakes\">\n" + pictures + "</ul>";
  }

  private static String mistake(
      ClassificationReport evaluation, WrongPrediction wrong, GreyImage image) {
    String label = name(evaluation, wrong.label());
    return """
        <li><img src="%s" alt="test row %s, a %s"><span>is <b>%s</b>, predicted <b>%s</b></span>\
        <span class="quiet">%s confident</span><span class="quiet">row %s</span></li>
        """
        .formatted(
            Png.dataUri(image.toBufferedImage()),
            wrong.row(),
            label,
            label,
            name(evaluation, wrong.predicted()),
            Html.percent(wrong.probability()),
            wrong.row());
  }

  private static String name(ClassificationReport evaluation, int c) {
    return Xml.escape(evaluation.name(c));
  }

  /** Whether the names of the columns are written upwards, because the table would be too wide. */
  private static boolean hasLongNames(ClassificationReport evaluation) {
    return evaluation.names().stream().anyMatch(name -> name.length() > LONG_NAME);
  }
}
