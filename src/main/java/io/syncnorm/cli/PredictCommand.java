package io.syncnorm.cli;

import io.syncnorm.data.IdxReader;
import io.syncnorm.data.Images;
import io.syncnorm.dl4j.Dl4jModel;
import io.syncnorm.experiment.ModelEvaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = {
      "Classifies IDX images: CSV of index, class and the probability of each class.",
      "The CSV goes to standard output unless --output names a file."
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ModelOption modelOption;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "FILE",
      description = "IDX images, gzipped or raw, any Hadoop file system")
  private String images;

  @Option(names = "--output", paramLabel = "FILE", description = "write the CSV here")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Images read = IdxReader.readImages(images, IdxReader.NO_LIMIT, SparkStart.hadoop());
    Dl4jModel model = modelOption.readFor(read.rowLength());
    if (output == null) {
      PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
      write(model, read, out);
      out.flush();
    } else {
      try (PrintWriter out =
          new PrintWriter(Files.newBufferedWriter(output, StandardCharsets.UTF_8))) {
        write(model, read, out);
      }
      if (!options.quiet()) {
        System.err.printf("%d predictions in %s%n", read.count(), output);
      }
    }
    return ExitCode.DONE.code();
  }

  private static void write(Dl4jModel model, Images images, PrintWriter out) {
    out.println(
        "index,class,"
            + IntStream.range(0, model.classes())
                .mapToObj(c -> "p" + c)
                .collect(Collectors.joining(",")));
    StringBuilder line = new StringBuilder();
    ModelEvaluation.predict(
        model,
        images,
        (row, probabilities) -> {
          int best = 0;
          for (int c = 1; c < probabilities.length; c++) {
            best = probabilities[c] > probabilities[best] ? c : best;
          }
          line.setLength(0);
          line.append(row).append(',').append(best);
          for (float probability : probabilities) {
            line.append(',').append(probability);
          }
          out.println(line);
        });
  }
}
