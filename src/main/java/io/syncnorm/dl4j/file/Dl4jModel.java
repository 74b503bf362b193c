package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.model.FileContent;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.RunModel;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** A DL4J network that can be written to and read from files. */
public sealed interface Dl4jModel extends RunModel permits FusedModel, LayerModel {
  /**
   * Creates the DL4J network that is equivalent to a fused one.
   *
   * @param configuration source of the model's updater and seed, which DL4J uses if training
   *     continues from the model
   */
  static Dl4jModel of(Architecture architecture, NetworkState state, Configuration configuration) {
    return FusedModel.of(architecture, state, configuration);
  }

  /**
   * Reads a {@code MultiLayerNetwork} zip. DL4J's layers compute it or, if ND4J's native library is
   * missing, the fused engine where possible.
   *
   * @throws ModelException if the file is missing, truncated or not such a zip
   * @throws io.syncnorm.model.MissingLibraryException if the network needs ND4J's native library,
   *     which cannot be loaded
   */
  static Dl4jModel read(Path zip) {
    FileContent.requireNetworkZip(zip);
    try {
      return Nd4jLibrary.isPresent() ? LayerModel.read(zip) : FusedModel.read(zip);
    } catch (ModelException e) {
      throw e;
    } catch (NotFusedException e) {
      throw Nd4jLibrary.missing(
          "read the model %s, which needs DL4J's layers (%s)".formatted(zip, e.getMessage()));
    } catch (IOException | RuntimeException e) {
      throw ModelException.unreadable(zip, e);
    }
  }

  @Override
  default String fileName() {
    return "model.zip";
  }

  /** Writes an ordinary DL4J zip without updater state. Equal models give equal bytes. */
  @Override
  void write(OutputStream out) throws IOException;

  @Override
  Dl4jModel withClassNames(List<String> names);

  /**
   * {@inheritDoc}
   *
   * <p>It goes into the zip as DL4J's {@code NormalizerStandardize}. Plain DL4J, but not SyncNorm,
   * raises deviations below 1e-5 to that value when it reads the zip.
   */
  @Override
  Dl4jModel withStandardization(float[] means, float[] deviations);
}
