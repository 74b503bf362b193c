package io.syncnorm.report;

import java.util.Map;

/**
 * The result of {@code evaluate}.
 *
 * @param status {@code done}
 * @param model the model's file
 * @param images number of test images
 * @param testAccuracy fraction 0..1
 * @param testLoss mean loss per test image, in nats
 * @param data path of each data file and its SHA-256 in hex
 */
public record ModelScore(
    String status,
    String model,
    int images,
    double testAccuracy,
    double testLoss,
    Map<String, String> data) {}
