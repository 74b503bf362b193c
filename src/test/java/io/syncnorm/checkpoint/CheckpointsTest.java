package io.syncnorm.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.files.LocalFolder;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.state.RankStateReport;
import io.syncnorm.train.state.RankStates;
import io.syncnorm.train.telemetry.LayerDrift;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the order of checkpoints between and inside epochs. */
class CheckpointsTest {
  private static final int WORLD = 2;

  @TempDir Path disk;

  @Test
  void shouldResumeFromTheLatestPositionAndKeepThoseBefore() throws IOException {
    Checkpoints checkpoints = checkpoints("checkpoint.every=5m", "checkpoint.keep=3");
    for (Position each :
        List.of(
            new Position(0, 9), new Position(0, 70), new Position(1, 0), new Position(1, 100))) {
      write(checkpoints, each);
    }
    assertEquals(List.of("with-bn-0.70.ckpt", "with-bn-1.100.ckpt", "with-bn-1.ckpt"), names());

    Progress latest = checkpoints.latest(fresh()).orElseThrow();

    assertEquals(new Position(1, 100), latest.latest().position());
    assertEquals(1, latest.history().size());
    for (int rank = 0; rank < WORLD; rank++) {
      RankState state = latest.states().state(rank);
      assertArrayEquals(new long[] {100 + rank, 7}, state.counters());
      assertEquals(rank, state.sums()[state.sums().length - 1]);
    }
    latest.states().release();
    Files.write(disk.resolve("with-bn-1.100.ckpt"), new byte[40]);
    assertEquals(new Position(1, 0), checkpoints.latest(fresh()).orElseThrow().latest().position());
  }

  @Test
  void shouldCountEpochsOnlyIfConfiguredSo() throws IOException {
    Checkpoints checkpoints = checkpoints("checkpoint.every=2", "checkpoint.keep=9");
    write(checkpoints, new Position(0, 9));
    write(checkpoints, new Position(1, 0));
    write(checkpoints, new Position(2, 0));
    assertEquals(List.of("with-bn-2.ckpt"), names());
  }

  private static void write(Checkpoints checkpoints, Position at) {
    Snapshot snapshot = fresh().at(at);
    RankState.Shape shape = snapshot.besides(configuration(), 1, WORLD);
    RankStates states = RankStates.create(shape, WORLD);
    for (int rank = 0; rank < states.count(); rank++) {
      double[] sums = new double[shape.sums()];
      sums[sums.length - 1] = rank;
      int to = rank;
      RankStateReport.send(
          at,
          new RankState(new long[] {100 + rank, 7}, sums, List.of(), new float[0]),
          part -> RankStateReport.receive(to, part, states));
    }
    List<EpochResult> history =
        IntStream.rangeClosed(1, at.epoch()).mapToObj(CheckpointsTest::result).toList();
    checkpoints.write(
        new Progress(history, snapshot, states, snapshot), at.isInsideEpoch() ? 0 : 1);
    states.release();
  }

  private static EpochResult result(int epoch) {
    return new EpochResult(
        epoch,
        0.1,
        0.2,
        0.3,
        0.4,
        60,
        new EpochResult.Times(1, 0.5, 0.25, 0.125, 0.0625),
        new EpochResult.Exchanges(10, 20),
        new EpochResult.Score(0.5, 0.6),
        List.of(LayerDrift.UNKNOWN));
  }

  private Checkpoints checkpoints(String... settings) {
    CheckpointOwner owner =
        new CheckpointOwner(
            "with-bn",
            configuration(settings),
            1,
            List.of("run.seed=42"),
            new CheckpointOwner.Wording("the same", "settings", "do this"));
    return new Checkpoints(new LocalFolder(disk), owner, (address, reason) -> {});
  }

  private static Configuration configuration(String... settings) {
    List<String> all =
        new ArrayList<>(List.of("data.classes=10", "model.hidden=[3]", "training.world=" + WORLD));
    all.addAll(Arrays.asList(settings));
    return ConfigLoader.load(List.of(), all);
  }

  private static Snapshot fresh() {
    return Snapshot.fresh(configuration(), 4);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(disk)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
