package io.syncnorm.cli.options;

import io.syncnorm.data.Images;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.dl4j.file.ModelException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The model option of {@code evaluate} and {@code predict}. */
public final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "ZIP",
      description = "zip of a DL4J MultiLayerNetwork, such as model.zip of a run")
  private Path zip;

  public Path zip() {
    return zip;
  }

  /**
   * Reads the model.
   *
   * @throws ModelException if the model cannot be read or does not fit images of this shape
   */
  public Dl4jModel readFor(Images images) {
    Dl4jModel model = Dl4jModel.read(zip);
    int inputs = images.rowLength();
    if (model.inputs() != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s does not fit these images: expected inputs=%d (pixels of an image), found inputs=%d",
              zip,
              inputs,
              model.inputs()));
    }
    model.prepare(images, zip);
    return model;
  }
}
