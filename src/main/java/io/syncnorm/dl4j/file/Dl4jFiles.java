package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.RowFormat;
import io.syncnorm.model.Dl4j;
import io.syncnorm.model.FileTraining;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import java.nio.file.Path;

/** The service that the commands find by {@link java.util.ServiceLoader}. */
public final class Dl4jFiles implements Dl4j {
  @Override
  public Dl4jModel model(
      Architecture architecture, NetworkState state, Configuration configuration) {
    return Dl4jModel.of(architecture, state, configuration);
  }

  @Override
  public void requireStorable(Architecture architecture, Configuration configuration) {
    FusedModel.requireStorable(architecture, configuration);
  }

  @Override
  public Dl4jModel read(Path zip) {
    return Dl4jModel.read(zip);
  }

  @Override
  public FileTraining training(Path file, Configuration configuration, RowFormat format) {
    NetworkFile network = NetworkFile.read(file, configuration.get(Keys.SEED));
    network.prepare(format);
    network.requireFits(format.rowLength(), configuration.classes());
    return network.training(configuration);
  }
}
