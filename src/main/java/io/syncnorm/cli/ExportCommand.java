package io.syncnorm.cli;

import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.Versions;
import io.syncnorm.model.Dl4j;
import io.syncnorm.model.RunModel;
import io.syncnorm.onnx.OnnxNetwork;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = {
      "Writes a model for programs that know neither SyncNorm nor DL4J.",
      "The file takes the rows that predict takes: scaling is part of it, the division of image"
          + " bytes by 255 is not."
    })
final class ExportCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger("io.syncnorm");

  /** What a model can be written as. */
  enum Format {
    ONNX
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "ZIP",
      description = "zip of a DL4J MultiLayerNetwork, such as model.zip of a run")
  private Path zip;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description =
          "onnx: opset 13, input features [batch, n], output probabilities [batch, classes]")
  private Format format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "the file to write; an older one is replaced")
  private Path output;

  @Override
  public Integer call() {
    RunModel model = Dl4j.require("read the model " + zip).read(zip);
    switch (format) {
      case ONNX -> {
        OnnxNetwork network = model.onnx();
        RunDirectory.writeWhole(output, out -> network.write(out, Versions.syncNorm()));
        LOG.info(
            "{}: ONNX, opset {}, {} features, {} classes",
            output,
            OnnxNetwork.OPSET,
            network.architecture().inputs(),
            network.architecture().classes());
      }
    }
    return ExitCode.DONE.code();
  }
}
