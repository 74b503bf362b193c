package io.syncnorm.report;

/**
 * The drift between the ranks in one hidden layer over an epoch; NaN if not measured.
 *
 * @param layer counted from 1
 * @param meanDrift distance between a rank's batch means and those of all ranks, in standard
 *     deviations
 * @param varianceDrift relative distance between a rank's batch variances and those of all ranks
 * @param weightDivergence relative distance between a rank's weights and their mean just before
 *     merging
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
