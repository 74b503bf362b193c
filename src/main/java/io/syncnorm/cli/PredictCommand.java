package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.ModelOption;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.data.IdxReader;
import io.syncnorm.data.Images;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.experiment.ModelEvaluation;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.report.ClassificationCollector;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = {
      "Classifies IDX images and writes a CSV of index, class and probability of each class.",
      "The CSV goes to standard output unless --output is given."
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ModelOption modelOption;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "FILE",
      description = "IDX images, gzipped or raw, on any Hadoop file system")
  private String images;

  @Option(names = "--output", paramLabel = "FILE", description = "write the CSV to this file")
  private Path output;

  @Override
  public Integer call() {
    options.say("classifying %s with %s".formatted(images, modelOption.zip()));
    Images read = IdxReader.readImages(images, IdxReader.NO_LIMIT, SparkStart.hadoop());
    Dl4jModel model = modelOption.readFor(read);
    if (output == null) {
      StandardOutput.print(out -> write(model, read, out));
    } else {
      RunDirectory.writeWhole(output, out -> write(model, read, out));
      options.say(String.format(Locale.ROOT, "%d predictions in %s", read.count(), output));
    }
    return ExitCode.DONE.code();
  }

  private static void write(Dl4jModel model, Images images, OutputStream out) throws IOException {
    Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    csv.write(
        IntStream.range(0, model.classes())
            .mapToObj(c -> ",p" + c)
            .collect(Collectors.joining("", "index,class", "\n")));
    try {
      ModelEvaluation.predict(
          model, images, (row, probabilities) -> write(row, probabilities, csv));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    csv.flush();
  }

  private static void write(int row, float[] probabilities, Writer csv) {
    int best = ClassificationCollector.largest(probabilities);
    StringBuilder line = new StringBuilder().append(row).append(',').append(best);
    for (float probability : probabilities) {
      line.append(',').append(probability);
    }
    try {
      csv.append(line.append('\n'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
