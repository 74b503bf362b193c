package io.syncnorm.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.files.LocalFolder;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the file of a checkpoint. */
class CheckpointFileTest {
  private static final int INPUTS = 4;
  private static final float[] NONE = {};

  @TempDir Path disk;
  private final CheckpointOwner owner = owner("run.seed=42");
  private final Snapshot fresh = Snapshot.fresh(owner.configuration(), INPUTS);
  private CheckpointFile file;

  @BeforeEach
  void write() throws IOException {
    file = new CheckpointFile(new LocalFolder(disk), "any.name");
    file.write(progress(), owner);
  }

  @Test
  void shouldReadWhatWasWritten() throws IOException {
    Progress read = file.read(owner, fresh);
    Progress written = progress();
    assertEquals(written.history(), read.history());
    assertEquals(2, read.latest().epoch());
    assertArrayEquals(written.latest().parameters(), read.latest().parameters());
    assertArrayEquals(written.latest().statistics(), read.latest().statistics());
    assertEquals(written.latest().optimizerUpdates(), read.latest().optimizerUpdates());
    assertEquals("with-bn", file.model("do this"));
  }

  @Test
  void shouldStoreTheBestModelAndTheLast() throws IOException {
    Snapshot last = progress().latest();
    Snapshot first =
        new Snapshot(1, new float[last.parameters().length], last.statistics(), List.of(), 0, NONE);
    file.write(new Progress(progress().history(), last, first), owner);
    Progress read = file.read(owner, fresh);
    assertArrayEquals(last.parameters(), read.latest().parameters());
    assertArrayEquals(first.parameters(), read.best().parameters());
    assertArrayEquals(first.statistics(), read.best().statistics());
    assertEquals(1, read.best().epoch());
  }

  @Test
  void shouldDetectEveryAlteredByte() throws IOException {
    byte[] whole = Files.readAllBytes(path());
    for (int at = 0; at < whole.length; at++) {
      byte[] altered = whole.clone();
      altered[at] ^= (byte) (1 << at % 8);
      assertUnused(altered, "byte " + at);
    }
  }

  @Test
  void shouldDetectEveryTruncationAndAppendedBytes() throws IOException {
    byte[] whole = Files.readAllBytes(path());
    for (int length = 0; length < whole.length; length++) {
      assertUnused(Arrays.copyOf(whole, length), "length " + length);
    }
    assertUnused(Arrays.copyOf(whole, whole.length + 1), "one more");
  }

  @Test
  void shouldNameTheOwnerOfAnIntactCheckpoint() throws IOException {
    assertAnother(owner("run.seed=7"), "expected hash of settings and rows=");
    assertAnother(owner("run.seed=7"), " (expected run.seed=7, found 42); do this");
    List<String> decides = new ArrayList<>(owner.decides());
    decides.set(decides.size() - 1, "images=" + "other".repeat(20));
    assertAnother(
        new CheckpointOwner(
            owner.model(), owner.configuration(), owner.hiddenLayers(), decides, owner.wording()),
        " (expected images=" + "other".repeat(8) + "..., found hash); do this");
    assertAnother(
        owner("model.batch-norm.enabled=false"), "expected model=without-bn, found with-bn");
  }

  @Test
  void shouldStoreTheStateOfEveryRankThatKeepsItsOwn() throws IOException {
    CheckpointOwner keeps = owner("training.averaging.optimizer-state=keep", "training.world=3");
    Progress progress = progress();
    List<float[]> slots = progress.latest().optimizerSlots();
    RankStates states =
        RankStates.create(progress.latest().besides(keeps.configuration(), 1, 3), 3);
    for (int rank = 1; rank <= 2; rank++) {
      float number = rank;
      slots.forEach(slot -> Arrays.fill(slot, number));
      int to = rank;
      RankStateReport.send(
          progress.latest().position(),
          new RankState(new long[] {70 + rank, 0}, new double[0], slots, new float[0]),
          part -> RankStateReport.receive(to, part, states));
    }
    file.write(
        new Progress(progress.history(), progress.latest(), states, progress.latest()), keeps);

    RankStates read = file.read(keeps, fresh).states();

    assertEquals(2, read.count());
    for (int rank = 1; rank <= 2; rank++) {
      RankState state = read.state(rank);
      assertEquals(70 + rank, state.counters()[0]);
      assertEquals(slots.size(), state.slots().size());
      float[] last = state.slots().get(slots.size() - 1);
      assertEquals(rank, last[0]);
      assertEquals(rank, last[last.length - 1]);
    }
  }

  @Test
  void shouldRefuseToStoreLessThanTheStatesOfAllRanks() {
    CheckpointOwner keeps = owner("training.averaging.optimizer-state=keep", "training.world=2");
    String refused =
        assertThrows(IllegalArgumentException.class, () -> file.write(progress(), keeps))
            .getMessage();
    assertEquals("expected the states of ranks=1, found 0", refused);
  }

  private void assertUnused(byte[] bytes, String what) throws IOException {
    Files.write(path(), bytes);
    IOException unused = assertThrows(IOException.class, () -> file.read(owner, fresh), what);
    assertTrue(unused.getMessage().startsWith("truncated or altered"), unused.getMessage());
  }

  private void assertAnother(CheckpointOwner other, String part) {
    AnotherRunException refused =
        assertThrows(AnotherRunException.class, () -> file.read(other, fresh));
    assertTrue(refused.getMessage().startsWith(file.address()), refused.getMessage());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  private Path path() {
    return disk.resolve(file.name());
  }

  private Progress progress() {
    Snapshot second =
        new Snapshot(
            2,
            fresh.parameters(),
            fresh.statistics(),
            fresh.optimizerSlots(),
            9,
            fresh.outerVelocity());
    return new Progress(List.of(result(1), result(2)), second, second);
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
        List.of(new LayerDrift(0.1, 0.2, 0.3, 0.4, 2)));
  }

  private static CheckpointOwner owner(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=10", "model.hidden=[3]", "training.epochs=4", "training.world=1"));
    all.addAll(List.of(settings));
    Configuration configuration = ConfigLoader.load(List.of(), all);
    List<String> decides = new ArrayList<>(configuration.renderOutcome().lines().toList());
    decides.add("images=hash");
    return new CheckpointOwner(
        configuration.get(Keys.BATCH_NORM_ENABLED) ? "with-bn" : "without-bn",
        configuration,
        1,
        decides,
        new CheckpointOwner.Wording("the same", "settings and rows", "do this"));
  }
}
