package io.syncnorm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** Logs as in a user's run, but to whatever System.err is at the time, until it is closed. */
public final class UserLogging implements AutoCloseable {
  private static final Path LOGGING = Path.of("conf", "log4j2.properties");

  private UserLogging() {}

  /**
   * @param folder for its configuration
   */
  public static UserLogging start(Path folder) throws IOException {
    Path logging = folder.resolve("log4j2.properties");
    Files.writeString(logging, Files.readString(LOGGING) + "\nappender.stderr.follow = true\n");
    Configurator.reconfigure(logging.toUri());
    return new UserLogging();
  }

  @Override
  public void close() {
    ((LoggerContext) LogManager.getContext(false)).reconfigure();
  }
}
