package io.syncnorm.cli.options;

import io.syncnorm.live.Live;
import io.syncnorm.live.LiveView;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for the live view. */
public final class LiveOption {
  private static final int LAST_PORT = 65_535;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--live",
      arity = "0..1",
      paramLabel = "PORT",
      fallbackValue = "0",
      description =
          "serve the report while the run trains, to browsers on the driver's machine; its address"
              + " goes to the log. Any free port, unless one is given")
  private Integer port;

  /**
   * Returns the view of a run, which is off without the option.
   *
   * @param name of the run
   * @throws ParameterException if the port cannot be used
   */
  public Live start(String name) {
    if (port == null) {
      return Live.off();
    }
    if (port < 0 || port > LAST_PORT) {
      throw new ParameterException(
          command.commandLine(),
          String.format(Locale.ROOT, "--live must be a port: expected 0 to 65535, found %d", port));
    }
    try {
      return LiveView.start(name, port);
    } catch (IOException e) {
      throw new ParameterException(
          command.commandLine(),
          String.format(
              Locale.ROOT,
              "--live cannot listen on port %d of 127.0.0.1: %s; give another port, or none for any that is free",
              port,
              e.getMessage()),
          e);
    }
  }
}
