package io.syncnorm.cli.options;

import io.syncnorm.data.RowFormat;
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
   * @throws ModelException if it cannot be read
   */
  public Dl4jModel read() {
    return Dl4jModel.read(zip);
  }

  /**
   * Prepares the model for rows of a format.
   *
   * @throws ModelException if it does not fit them
   */
  public void requireFits(Dl4jModel model, RowFormat format) {
    int inputs = format.rowLength();
    if (model.inputs() != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s does not fit these rows: expected inputs=%d (features of a row), found inputs=%d",
              zip,
              inputs,
              model.inputs()));
    }
    model.prepare(format, zip);
  }
}
