package io.syncnorm.cli.process;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.syncnorm.cli.UserLogging;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.spark.Sent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that Spark stops without a stack trace: a command that fails prints one message. */
@Timeout(120)
class SparkStopTest {
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "spark.master", "local[1]",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  private static final int STOPS = 4;
  private static final int OBJECTS = 500;

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir private Path folder;
  private UserLogging logging;

  @BeforeEach
  void redirect() throws IOException {
    logging = UserLogging.start(folder);
    PROPERTIES.forEach(System::setProperty);
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    logging.close();
    System.setErr(before);
    PROPERTIES.keySet().forEach(System::clearProperty);
  }

  /** Spark frees broadcasts and persisted rows on a thread of its own. */
  @Test
  void shouldPrintNothingOfWhatIsBeingFreed() {
    Configuration configuration = ConfigLoader.load(List.of(), List.of());
    for (int i = 0; i < STOPS; i++) {
      JavaSparkContext spark = SparkStart.context(configuration, remark -> {});
      List<Sent<Integer>> sent = Sent.each(spark, Collections.nCopies(OBJECTS, i));
      sent.forEach(Sent::destroy);
      spark.stop();
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertFalse(text.contains("\tat "), text);
  }
}
