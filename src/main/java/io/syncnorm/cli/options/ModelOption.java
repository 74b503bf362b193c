package io.syncnorm.cli.options;

import io.syncnorm.data.RowFormat;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.TrainedModel;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The model option of {@code evaluate} and {@code predict}. */
public final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "zip of a DL4J MultiLayerNetwork, such as model.zip of a run, or an ONNX file that SyncNorm has written")
  private Path file;

  public Path file() {
    return file;
  }

  /**
   * Reads the model.
   *
   * @throws ModelException if it cannot be read
   */
  public TrainedModel read() {
    return TrainedModel.read(file);
  }

  /**
   * Prepares the model for rows of a format.
   *
   * @throws ModelException if it does not fit them
   */
  public void requireFits(TrainedModel model, RowFormat format) {
    int inputs = format.rowLength();
    if (model.inputs() != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s does not fit these rows: expected inputs=%d (features of a row), found inputs=%d",
              file,
              inputs,
              model.inputs()));
    }
    model.prepare(format, file);
  }
}
