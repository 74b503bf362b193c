package io.syncnorm.report;

import java.util.Map;

/**
 * The result of {@code evaluate}.
 *
 * @param status {@code done}
 * @param model the model's file
 * @param images number of test rows
 * @param testAccuracy fraction 0..1
 * @param testLoss mean loss per test row, in nats
 * @param data path of each data file and its SHA-256 in hex
 */
public record ModelScore(
    String status,
    String model,
    long images,
    double testAccuracy,
    double testLoss,
    Map<String, String> data) {}
