package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder with data and runs that is moved, and the same commands there. */
@Slow
@Timeout(180)
class MovedProjectTest {
  @TempDir Path folder;
  private Path before;
  private Path after;
  private SampleData data;

  @BeforeEach
  void writeData() throws IOException {
    before = Files.createDirectory(folder.resolve("before"));
    after = folder.resolve("moved here");
    data = SampleData.write(before);
  }

  @Test
  void shouldKnowAFinishedRunAndResumeAnInterruptedOneToTheSameModels() throws IOException {
    String[] settings = {"training.epochs=4", "run.seed=7"};
    Path other = folder.resolve("undisturbed");
    RunFolder undisturbed =
        RunFolder.of(CommandRun.of(data.command("compare", settings), other), other);
    CommandRun finished = CommandRun.of(data.command("train"), before.resolve("runs")).done();
    InterruptedRun.of(data.command("compare", settings), before.resolve("runs"), "without-bn", 2);

    move();

    CommandRun again = CommandRun.of(data.command("train"), out()).done();
    assertTrue(again.err().contains("already contains the finished run"), again.err());
    assertEquals(finished.out(), again.out());
    CommandRun resumed = CommandRun.of(data.command("compare", settings), out());
    assertTrue(resumed.err().contains("without-bn resumes after epoch 2/4"), resumed.err());
    RunFolder.of(resumed, out()).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldKnowTheCellsOfAGridAndSayWhichDataIsMissing() throws IOException {
    String[] settings = {
      "experiment.name=g", "experiment.command=train", "experiment.axes.run.seed=1..2"
    };
    CommandRun.of(data.command("experiment", settings), before.resolve("runs")).done();

    move();

    List<String> grid = data.command("experiment", settings);
    assertEquals(
        2,
        new ObjectMapper().readTree(CommandRun.of(grid, out()).done().out()).path("done").asInt());
    Files.delete(data.labels("test"));
    CommandRun without = CommandRun.of(grid, out());
    assertEquals(ExitCode.DATA.code(), without.code(), without.err());
    assertTrue(without.err().contains("file does not exist"), without.err());
  }

  @Test
  void shouldTellNetworksApartByTheirContent() throws IOException {
    Path network = before.resolve("network.json");
    Files.writeString(network, NetworkFileTest.convolutional(SampleData.CLASSES).toJson());
    CommandRun.of(data.command("train", "model.dl4j=" + network), before.resolve("runs")).done();

    move();

    Path moved = after.resolve("network.json");
    List<String> command = data.command("train", "model.dl4j=" + moved);
    CommandRun again = CommandRun.of(command, out()).done();
    assertTrue(again.err().contains("already contains the finished run"), again.err());
    Files.writeString(moved, Files.readString(moved) + "\n");
    CommandRun changed = CommandRun.of(command, out()).done();
    assertFalse(changed.err().contains("already contains the finished run"), changed.err());
  }

  private void move() throws IOException {
    Files.move(before, after);
    data = SampleData.in(after);
  }

  private Path out() {
    return after.resolve("runs");
  }
}
