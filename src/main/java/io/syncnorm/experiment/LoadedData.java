package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.model.Dl4j;
import io.syncnorm.model.RunModel;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.source.Survey;
import io.syncnorm.spark.table.Standardization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Training and test rows that executors have read.
 *
 * @param standardization of the features, if it is configured
 */
record LoadedData(
    PackedData packed, Source training, Source test, Optional<Standardization> standardization)
    implements AutoCloseable {

  /**
   * Reads all rows once.
   *
   * @throws io.syncnorm.data.DataException if a source or a row is invalid
   */
  static LoadedData read(
      JavaSparkContext spark, Configuration configuration, LoadListener listener) {
    DataSources sources = new DataSources(spark, configuration);
    Source training = sources.training();
    Source test = sources.test(training);
    PackedData packed = PackedData.read(spark, training, test, listener);
    try {
      Configuration resolved =
          DataSources.resolved(configuration, training, packed.survey().training().rowsByLabel());
      DataSources.requireClasses(resolved, test, packed.survey().test().rowsByLabel());
      return new LoadedData(
          packed, training, test, standardization(configuration, packed, training));
    } catch (RuntimeException | Error e) {
      packed.close();
      throw e;
    }
  }

  private static Optional<Standardization> standardization(
      Configuration configuration, PackedData packed, Source training) {
    return configuration.get(Keys.SCALE) == Keys.Scale.STANDARDIZED
        ? Optional.of(
            Standardization.of(
                packed
                    .numbered(Part.TRAINING)
                    .map(block -> new Packet<>(new RowBlock(Part.TRAINING, "", 0, block.rows()))),
                packed.format().rowLength(),
                training.description()))
        : Optional.empty();
  }

  Survey survey() {
    return packed.survey();
  }

  /** Applied to rows before they are dealt. */
  RowTransform transform() {
    return standardization.isPresent() ? standardization.get() : RowTransform.NONE;
  }

  /** Resolves {@code data.classes = auto}. */
  Configuration resolved(Configuration configuration) {
    return DataSources.resolved(configuration, training, survey().training().rowsByLabel());
  }

  /** Returns a trained network that takes rows as they are read, and knows the classes. */
  RunModel complete(RunModel trained) {
    RunModel model =
        standardization.isPresent()
            ? trained.withStandardization(
                standardization.get().mean(), standardization.get().deviation())
            : trained;
    Optional<List<String>> names = training.classNames();
    return names.isPresent() ? model.withClassNames(names.get()) : model;
  }

  /**
   * Fails now rather than after training if a network cannot be completed or written.
   *
   * @throws io.syncnorm.model.ModelException if it has a normalizer of its own, or a layer that
   *     ONNX files have not, which {@code output.onnx} asks for, or a build without DL4J
   */
  void requireUsable(UntrainedModel model, Configuration configuration) {
    boolean isOnnx = configuration.get(Keys.OUTPUT_ONNX) || Dl4j.find().isEmpty();
    if (isOnnx || standardization.isPresent() || training.classNames().isPresent()) {
      RunModel completed = complete(model.trained().apply(model.start().get()));
      if (isOnnx) {
        completed.onnx();
      }
    }
  }

  /**
   * What identifies the rows: SHA-256 of each file, by path, where it is known, otherwise the
   * fingerprint of the rows; training rows, then test rows.
   */
  Map<String, String> contents() {
    Map<String, String> contents = new LinkedHashMap<>();
    contents.putAll(DataSources.contents(training, survey().training()));
    DataSources.contents(test, survey().test())
        .forEach(
            (name, content) ->
                contents.put(contents.containsKey(name) ? name + " (test)" : name, content));
    return contents;
  }

  @Override
  public void close() {
    packed.close();
  }
}
