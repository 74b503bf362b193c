package io.syncnorm.spark.version;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.sql.SparkSession;

/** The metadata of stored models of Spark ML. Its reader is private in Scala, not in bytecode. */
public final class ModelMetadata {
  private ModelMetadata() {}

  /**
   * Reads the metadata of a stored model.
   *
   * @throws IllegalArgumentException if the model is of another class
   */
  public static DefaultParamsReader.Metadata read(
      SparkSession session, String path, String className) {
    return DefaultParamsReader.loadMetadata(path, session.sparkContext(), className);
  }
}
