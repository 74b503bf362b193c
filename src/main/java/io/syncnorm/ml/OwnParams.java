package io.syncnorm.ml;

import org.apache.spark.ml.param.Params;

/**
 * A stage with params of its own.
 *
 * @implNote Public, as all interfaces of params must be: Spark finds params by reflection.
 */
public interface OwnParams extends Params {
  /** The params themselves, for this package. */
  ParamSet own();
}
