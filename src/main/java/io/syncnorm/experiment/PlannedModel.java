package io.syncnorm.experiment;

import io.syncnorm.config.BatchNormSettings;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.data.Images;
import io.syncnorm.dl4j.Dl4jModel;
import io.syncnorm.dl4j.ModelException;
import io.syncnorm.dl4j.NetworkFile;
import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import io.syncnorm.files.Sha256;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.spark.EpochTrainer;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.ModelSize;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a plan trains, whatever kind of network it is. */
public sealed interface PlannedModel {
  /** The network before its first epoch. */
  Snapshot start();

  EpochTrainer trainer();

  boolean isBatchNormalized();

  /** What its user should know of a training of so many steps. */
  Optional<String> remark(long steps);

  /** Number of its parameters. */
  long parameters();

  /** The trained network for its users, computed as in training. */
  Dl4jModel model(Snapshot trained);

  /** SHA-256 of each file that it comes from by its path. */
  Map<String, String> files();

  /** The network that the configuration describes. */
  record Configured(Configuration configuration, Architecture architecture)
      implements PlannedModel {
    /**
     * @param inputs pixels of an image
     * @throws ModelPlan.TooLargeException if it does not fit into one vector, or one report
     */
    static Configured of(Configuration configuration, int inputs) {
      Architecture architecture = Blueprint.architecture(configuration, inputs);
      try {
        ModelSize.snapshotBytes(configuration, inputs);
      } catch (IllegalArgumentException e) {
        throw new ModelPlan.TooLargeException(configuration.model().hidden(), inputs, e);
      }
      return new Configured(configuration, architecture);
    }

    @Override
    public Snapshot start() {
      return RankTraining.freshModel(configuration, architecture.inputs());
    }

    @Override
    public EpochTrainer trainer() {
      return new EpochTrainer.Fused();
    }

    @Override
    public boolean isBatchNormalized() {
      return configuration.model().batchNorm().enabled();
    }

    @Override
    public Optional<String> remark(long steps) {
      BatchNormSettings batchNorm = configuration.model().batchNorm();
      return isBatchNormalized()
              && batchNorm.recalibrate() instanceof Recalibrate.Auto
              && batchNorm.isRecalibratedAfter(steps)
          ? Optional.of(
              String.format(
                  Locale.ROOT,
                  "%d steps are too few for model.batch-norm.momentum = %s, so running statistics are taken anew from training images after each epoch (model.batch-norm.recalibrate = auto)",
                  steps,
                  batchNorm.momentum()))
          : Optional.empty();
    }

    @Override
    public long parameters() {
      return ParameterLayout.of(architecture).parameterCount();
    }

    @Override
    public Dl4jModel model(Snapshot trained) {
      return Dl4jModel.of(
          architecture,
          trained.state(),
          configuration.training().optimizer(),
          configuration.run().seed());
    }

    @Override
    public Map<String, String> files() {
      return Map.of();
    }
  }

  /** A network from a file of DL4J's. */
  record FromFile(Path path, String sha256, NetworkFile network) implements PlannedModel {
    /**
     * @param images what it is to take
     * @throws io.syncnorm.dl4j.ModelException if it cannot be used
     */
    static FromFile of(String path, Configuration configuration, Images images) {
      Path file = local(path);
      NetworkFile network = NetworkFile.read(file, configuration.run().seed());
      network.requireFits(images.rowLength(), configuration.data().classes());
      network.prepare(images);
      try {
        byte[] hash = Sha256.start().digest(Files.readAllBytes(file));
        return new FromFile(file, HexFormat.of().formatHex(hash), network);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read model.dl4j = " + path, e);
      }
    }

    private static Path local(String path) {
      try {
        return Location.local(path, "file");
      } catch (LocationException e) {
        throw new ModelException("model.dl4j cannot be used: " + e.getMessage());
      }
    }

    @Override
    public Snapshot start() {
      return network.start();
    }

    @Override
    public EpochTrainer trainer() {
      return network.trainer();
    }

    @Override
    public boolean isBatchNormalized() {
      return network.isBatchNormalized();
    }

    @Override
    public Optional<String> remark(long steps) {
      return network.remark(steps);
    }

    @Override
    public long parameters() {
      return network.parameters();
    }

    @Override
    public Dl4jModel model(Snapshot trained) {
      return network.model(trained);
    }

    @Override
    public Map<String, String> files() {
      return Map.of(path.toString(), sha256);
    }
  }
}
