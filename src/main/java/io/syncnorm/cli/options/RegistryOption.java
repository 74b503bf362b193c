package io.syncnorm.cli.options;

import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.experiment.registry.Registry;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The location of the registry; run directories are always local. */
public final class RegistryOption {
  @Option(
      names = "--registry",
      paramLabel = "URI",
      description =
          "folder of the index and of summary.csv, on any Hadoop file system (default:"
              + " the output folder)")
  private String folder;

  /**
   * @param out the output folder
   */
  public Registry registry(Path out) {
    return folder == null ? Registry.of(out) : Registry.of(folder, SparkStart.hadoop());
  }

  /** The location as the user wrote it. */
  public String place(Path out) {
    return folder == null ? out.toString() : folder;
  }
}
