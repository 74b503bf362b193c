package io.syncnorm.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The metrics of one epoch of one model: one row of {@code metrics.csv}, one object of {@code
 * metrics.jsonl}, and one point of each curve.
 *
 * @param model name of the model
 * @param epoch counted from 1
 * @param trainLoss mean loss per training example, NaN if unknown
 * @param trainAccuracy fraction 0..1 of training examples, NaN if unknown
 * @param testLoss mean loss per test example, NaN if unknown
 * @param testAccuracy fraction 0..1 of test examples, NaN if unknown
 * @param seconds wall time of the epoch, evaluation included; all times are means over the hosts
 * @param computeSeconds part of {@code seconds} spent in forward, backward and step
 * @param syncSeconds part spent summing batch statistics over ranks
 * @param waitSeconds part spent waiting for slower hosts
 * @param averageSeconds part spent averaging parameters or gradients
 * @param details values shown only in {@code metrics.jsonl} and in the report
 */
public record EpochMetrics(
    String model,
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    double seconds,
    double computeSeconds,
    double syncSeconds,
    double waitSeconds,
    double averageSeconds,
    @JsonUnwrapped EpochDetails details) {

  /**
   * Checks the key of the row. Measured values are not checked: a diverged run has NaN.
   *
   * @throws IllegalArgumentException if the epoch is below 1
   */
  public EpochMetrics {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(details, "details");
    if (epoch < 1) {
      throw new IllegalArgumentException("epochs count from 1: model=" + model + " epoch=" + epoch);
    }
  }

  /**
   * The part of {@link #seconds()} that is in none of its named parts, such as evaluation. Never
   * negative, so that clocks which differ by a microsecond do not draw a bar below zero.
   */
  public double otherSeconds() {
    double rest = seconds - computeSeconds - syncSeconds - waitSeconds - averageSeconds;
    return rest < 0 ? 0 : rest;
  }

  /** Groups rows by model, by ascending epoch; models are in order of first appearance. */
  public static Map<String, List<EpochMetrics>> byModel(List<EpochMetrics> rows) {
    Map<String, List<EpochMetrics>> models = new LinkedHashMap<>();
    for (EpochMetrics row : rows) {
      models.computeIfAbsent(row.model(), name -> new ArrayList<>()).add(row);
    }
    models.values().forEach(list -> list.sort(Comparator.comparingInt(EpochMetrics::epoch)));
    return models;
  }
}
