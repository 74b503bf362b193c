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
import io.syncnorm.train.LayerDrift;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of one checkpoint. */
class CheckpointTest {
  private static final int INPUTS = 4;
  private static final float[] NONE = {};

  @TempDir Path disk;
  private final CheckpointOwner owner = owner("run.seed=42");
  private final Snapshot fresh = RankTraining.freshModel(owner.configuration(), INPUTS);
  private CheckpointFile file;

  @BeforeEach
  void write() throws IOException {
    file = new CheckpointFile(new LocalFolder(disk), "any.name");
    file.folder().write(file.name(), out -> checkpoint().writeTo(out, owner));
  }

  @Test
  void shouldReadWhatWasWritten() throws IOException {
    Checkpoint read = Checkpoint.readFrom(file, owner, fresh);
    Checkpoint written = checkpoint();
    assertEquals(written.history(), read.history());
    assertEquals(2, read.epoch());
    assertArrayEquals(written.snapshot().parameters(), read.snapshot().parameters());
    assertArrayEquals(written.snapshot().statistics(), read.snapshot().statistics());
    assertEquals(written.snapshot().optimizerUpdates(), read.snapshot().optimizerUpdates());
    assertEquals("with-bn", Checkpoint.modelOf(file, "do this"));
  }

  @Test
  void shouldKeepTheBestModelBesideTheLast() throws IOException {
    Snapshot last = checkpoint().snapshot();
    Snapshot first =
        new Snapshot(1, new float[last.parameters().length], last.statistics(), List.of(), 0, NONE);
    Checkpoint both = new Checkpoint(checkpoint().history(), last, Optional.of(first));
    file.folder().write(file.name(), out -> both.writeTo(out, owner));
    Checkpoint read = Checkpoint.readFrom(file, owner, fresh);
    assertArrayEquals(last.parameters(), read.snapshot().parameters());
    assertArrayEquals(first.parameters(), read.best().orElseThrow().parameters());
    assertArrayEquals(first.statistics(), read.best().orElseThrow().statistics());
    assertEquals(1, read.best().orElseThrow().epoch());
  }

  @Test
  void shouldNoticeEveryByteThatIsAltered() throws IOException {
    byte[] whole = Files.readAllBytes(path());
    for (int at = 0; at < whole.length; at++) {
      byte[] altered = whole.clone();
      altered[at] ^= (byte) (1 << at % 8);
      assertUnused(altered, "byte " + at);
    }
  }

  @Test
  void shouldNoticeEveryTruncationAndWhatIsAppended() throws IOException {
    byte[] whole = Files.readAllBytes(path());
    for (int length = 0; length < whole.length; length++) {
      assertUnused(Arrays.copyOf(whole, length), "length " + length);
    }
    assertUnused(Arrays.copyOf(whole, whole.length + 1), "one more");
  }

  @Test
  void shouldTellWhoseAWholeOneIs() throws IOException {
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
  void shouldNotGoOnWhereEachRankHasAnOptimizerOfItsOwn() throws IOException {
    CheckpointOwner keeps = owner("training.averaging.optimizer-state=keep", "training.world=2");
    file.folder().write(file.name(), out -> checkpoint().writeTo(out, keeps));
    IOException unused =
        assertThrows(IOException.class, () -> Checkpoint.readFrom(file, keeps, fresh));
    assertTrue(unused.getMessage().contains("world=2"), unused.getMessage());
  }

  private void assertUnused(byte[] bytes, String what) throws IOException {
    Files.write(path(), bytes);
    IOException unused =
        assertThrows(IOException.class, () -> Checkpoint.readFrom(file, owner, fresh), what);
    assertTrue(unused.getMessage().startsWith("it is torn or altered"), unused.getMessage());
  }

  private void assertAnother(CheckpointOwner other, String part) {
    AnotherRunException refused =
        assertThrows(AnotherRunException.class, () -> Checkpoint.readFrom(file, other, fresh));
    assertTrue(refused.getMessage().startsWith(file.address()), refused.getMessage());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  private Path path() {
    return disk.resolve(file.name());
  }

  private Checkpoint checkpoint() {
    Snapshot second =
        new Snapshot(
            2,
            fresh.parameters(),
            fresh.statistics(),
            fresh.optimizerSlots(),
            9,
            fresh.outerVelocity());
    return new Checkpoint(List.of(result(1), result(2)), second);
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
        new ArrayList<>(List.of("model.hidden=[3]", "training.epochs=4", "training.world=1"));
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
