package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests missing slots, folders and memory. */
@Timeout(120)
class ResourceFaultsTest {
  @TempDir Path folder;
  private SampleData data;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
  }

  @Test
  void shouldRefuseFewerSlotsThanTheFewestToTrainOn() {
    Path out = folder.resolve("runs");
    CommandRun.of(data.command("compare", "training.world=4", "training.min-slots=3"), out)
        .assertFailed(
            ExitCode.RESOURCES,
            "expected slots>=3 (training.min-slots), found slots=2 on master=local[2]",
            "local[3]");
    assertFalse(Files.exists(out), "nothing was begun");
  }

  @Test
  void shouldReportTasksThatNeedMoreCoresThanThereAre() {
    CommandRun.with(Map.of("spark.task.cpus", "3"), data.command("train"), folder.resolve("runs"))
        .assertFailed(
            ExitCode.RESOURCES,
            "expected cores>=3 (spark.task.cpus), found cores=2 on master=local[2]");
  }

  @Test
  void shouldReportAFileInPlaceOfTheOutputFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("runs"), "mine");
    CommandRun.of(data.command("train"), file)
        .assertFailed(ExitCode.RESOURCES, "cannot write", file.toString());
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void shouldReportAModelThatDoesNotFitIntoMemory() {
    // Its parameters alone take 2.1 GB, more than the memory of the tests' JVM.
    CommandRun.of(
            data.command("train", "model.hidden=[23000,23000]", "training.optimizer.type=sgd"),
            folder.resolve("runs"))
        .assertFailed(ExitCode.RESOURCES, "not enough memory", "--driver-memory");
  }

  @Test
  void shouldReportAModelWithTooManyParametersForAVector() {
    CommandRun.of(data.command("compare", "model.hidden=[65536,65536]"), folder.resolve("runs"))
        .assertFailed(ExitCode.USAGE, "too many parameters for one vector", "model.hidden");
  }
}
