package io.syncnorm.cli.options;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command. */
public final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "HOCON file that overrides the defaults; repeatable, later files win")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "one setting, overrides the files; repeatable, later ones win")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs",
      converter = OutFolder.class,
      description = "folder for run directories (default: ${DEFAULT-VALUE})")
  private Path out;

  @Option(names = "--quiet", description = "print only errors and the result, no progress")
  private boolean quiet;

  @Option(names = "--verbose", description = "print stack traces with errors")
  private boolean verbose;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  public Configuration configuration() {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(KeyOptions.settings(command, overrides));
    return ConfigLoader.load(files, all);
  }

  public List<Path> files() {
    return files;
  }

  public List<String> overrides() {
    return overrides;
  }

  public Path out() {
    return out;
  }

  public boolean quiet() {
    return quiet;
  }

  /** Prints a remark unless {@code --quiet} is set. */
  public void say(String text) {
    if (!quiet) {
      System.err.println(text);
    }
  }

  public boolean verbose() {
    return verbose;
  }
}
