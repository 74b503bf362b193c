package io.syncnorm.train.telemetry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * The drift of the ranks from each other in one hidden layer, over an epoch. A figure that was not
 * measured is NaN: the statistics of a layer without batch normalization, and everything without
 * telemetry.
 *
 * <p>The figures are root mean squares over the sampled steps and over ranks, weighted by their
 * rows.
 *
 * @param meanDrift distance of a rank's batch means from those of all ranks, in units of the
 *     standard deviation over all ranks' rows; its square is the between-rank fraction of the
 *     variance
 * @param varianceDrift distance of a rank's biased batch variances from those of all ranks,
 *     relative to those of all ranks
 * @param weightDivergence distance of a rank's parameters from their mean over the ranks just
 *     before the epoch's last merge, relative to the norm of that mean
 * @param gradientNorm norm of the gradient of a rank's mean loss by the layer's parameters
 * @param deadUnits units that are zero for every test row in the merged model; NaN without test
 *     rows
 */
public record LayerDrift(
    double meanDrift,
    double varianceDrift,
    double weightDivergence,
    double gradientNorm,
    double deadUnits)
    implements Serializable {
  /** The drift when nothing was measured. */
  public static final LayerDrift UNKNOWN =
      new LayerDrift(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** Bytes that {@link #writeTo} writes. */
  public static final int ENCODED_LENGTH = 5 * 8;

  public void writeTo(DataOutput out) throws IOException {
    out.writeDouble(meanDrift);
    out.writeDouble(varianceDrift);
    out.writeDouble(weightDivergence);
    out.writeDouble(gradientNorm);
    out.writeDouble(deadUnits);
  }

  public static LayerDrift readFrom(DataInput in) throws IOException {
    return new LayerDrift(
        in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
  }
}
