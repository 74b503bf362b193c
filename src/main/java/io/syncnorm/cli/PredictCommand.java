package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.ModelOption;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.experiment.rows.OutputFolder;
import io.syncnorm.experiment.rows.Predictions;
import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.input.IdxInput;
import io.syncnorm.spark.input.Input;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    description = {
      "Classifies rows and writes a CSV of index, class and probability of each class.",
      "With --format executors write a folder in any format of Spark instead."
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ModelOption modelOption;

  @Option(
      names = "--images",
      paramLabel = "FILE",
      description = "IDX images, gzipped or raw, on any Hadoop file system")
  private String images;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = {
        "files, folders or globs of rows, read with the format, options and features of data.test;"
            + " repeatable",
        "labels are not needed"
      })
  private List<String> paths = new ArrayList<>();

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description = "format of --input instead of data.test.format, such as parquet or csv")
  private String inputFormat;

  @Option(
      names = "--columns",
      paramLabel = "NAME",
      split = ",",
      description = {
        "columns of --input to write beside the predictions, with --format",
        "(default: all columns of single values that are not features)"
      })
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "write the CSV to this file; with --format, the folder that executors write")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "write --output in this format of Spark, such as parquet, orc, csv or json")
  private String format;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    requireFitting();
    Path file = output == null || format != null ? null : local();
    Configuration configuration = options.configuration();
    options.say(
        "classifying %s with %s"
            .formatted(images == null ? String.join(", ", paths) : images, modelOption.file()));
    TrainedModel model = modelOption.read();
    try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
      TaskSlots.awaitFirst(spark, configuration.get(Keys.SLOT_TIMEOUT));
      Input input = input(spark, configuration, model);
      modelOption.requireFits(model, input.format());
      try (Predictions predictions = new Predictions(spark, model, input)) {
        write(predictions, file, spark);
      }
    }
    return ExitCode.DONE.code();
  }

  private void requireFitting() {
    if (images == null && paths.isEmpty()) {
      throw usage("Missing required option: '--images=FILE' or '--input=PATH'");
    }
    if (images != null && !paths.isEmpty()) {
      throw usage("--images and --input: use only one of them");
    }
    if (images != null && !(columns.isEmpty() && inputFormat == null)) {
      throw usage("--columns and --input-format belong to --input, and not to --images");
    }
    if (format != null && output == null) {
      throw usage("--format=%s needs --output, a folder".formatted(format));
    }
    if (format == null && !columns.isEmpty()) {
      throw usage("--columns needs --format: the CSV of all predictions has no other columns");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Path local() {
    try {
      return Location.local(output, "file");
    } catch (LocationException e) {
      throw new ParameterException(
          spec.commandLine(),
          "%s; with --format executors write a folder there".formatted(e.getMessage()),
          e);
    }
  }

  private Input input(JavaSparkContext spark, Configuration configuration, TrainedModel model) {
    return images != null
        ? IdxInput.of(images, spark.hadoopConfiguration())
        : new DataSources(spark, configuration)
            .input(paths, Optional.ofNullable(inputFormat), columns, model);
  }

  private void write(Predictions predictions, Path file, JavaSparkContext spark) {
    if (format != null) {
      OutputFolder folder = OutputFolder.create(output, spark.hadoopConfiguration());
      folder.write(address -> predictions.save(format, address));
      options.say("predictions in " + output);
    } else if (file == null) {
      StandardOutput.print(out -> write(predictions, out));
    } else {
      long[] count = new long[1];
      RunDirectory.writeWhole(file, out -> count[0] = write(predictions, out));
      options.say(String.format(Locale.ROOT, "%d predictions in %s", count[0], file));
    }
  }

  private static long write(Predictions predictions, OutputStream out) throws IOException {
    Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    long count = predictions.writeCsv(csv);
    csv.flush();
    return count;
  }
}
