package io.syncnorm.report;

/**
 * How far the ranks have drifted from each other in one hidden layer over an epoch; NaN is what was
 * not measured.
 *
 * @param layer counted from 1
 * @param meanDrift distance of a rank's batch means from those of all ranks, in standard deviations
 * @param varianceDrift distance of a rank's batch variances from those of all ranks, relative
 * @param weightDivergence distance of a rank's weights from their mean just before merging,
 *     relative
 * @param gradientNorm norm of a rank's gradient
 * @param deadUnits units that are zero for every test image
 */
public record LayerMetrics(
    int layer,
    double meanDrift,
    double varianceDrift,
    double weightDivergence,
    double gradientNorm,
    double deadUnits) {}
