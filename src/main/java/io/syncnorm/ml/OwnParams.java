package io.syncnorm.ml;

import org.apache.spark.ml.param.Params;

/**
 * A stage with params of SyncNorm.
 *
 * <p>Public, as all interfaces of params must be, because Spark finds params by reflection.
 */
public interface OwnParams extends Params {
  /** Returns the params; for internal use. */
  ParamSet own();
}
