package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader.Form;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests what each key defines: its default, its range, and its forms in files, overrides and axes.
 */
class KeysTest {
  @TempDir private Path folder;

  static List<Key<?>> keys() {
    return Keys.ALL;
  }

  @ParameterizedTest
  @MethodSource("keys")
  <T> void shouldAcceptItsDefaultInEveryFormOfTheCommandLine(Key<T> key) throws IOException {
    String written = key.path() + " = " + key.write(key.byDefault());
    String axis = "experiment.axes.\"%s\" = [%s]".formatted(key.path(), key.write(key.byDefault()));
    Path file = Files.writeString(folder.resolve("run.conf"), written);
    Path grid =
        Files.writeString(
            folder.resolve("grid.conf"), "experiment { name = g, command = train }\n" + axis);

    assertEquals(Configuration.defaults(), ConfigLoader.load(List.of(file), List.of()));
    assertEquals(Configuration.defaults(), ConfigLoader.load(List.of(), List.of(written)));
    Experiment experiment = ConfigLoader.loadExperiment(List.of(grid), List.of(), Form.FULL);
    assertEquals(List.of(key.path()), experiment.axes());
    assertEquals(Configuration.defaults(), experiment.cells().get(0).configuration());
  }

  @ParameterizedTest
  @MethodSource("keys")
  <T> void shouldAcceptItsDefaultByValueButNotNull(Key<T> key) {
    assertTrue(key.takes(key.byDefault()));
    assertFalse(key.takes(null));
    assertFalse(key.expected().isBlank());
    assertEquals(Configuration.defaults(), Configuration.defaults().with(key, key.byDefault()));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldBeTheSameKeyAfterSerialization(Key<?> key) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(key);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertSame(key, in.readObject());
    }
  }

  @Test
  void shouldReadFileValuesWithoutQuotes() {
    assertEquals(Optional.of(new Period.EverySteps(3)), Keys.AVERAGING_EVERY.read("3 steps"));
    assertEquals(Optional.of(new Sync(2)), Keys.BATCH_NORM_SYNC.read("group(2)"));
    assertEquals(Optional.of(Duration.ofMinutes(5)), Keys.WAIT_TIMEOUT.read("5m"));
    assertEquals(Optional.of("${a}"), Keys.TRAIN_IMAGES.read("${a}"));
    assertEquals(Optional.empty(), Keys.WAIT_TIMEOUT.read("5"));
    assertEquals(Optional.empty(), Keys.ACTIVATION.read("relu\ntraining.epochs=1"));
    assertEquals("\"3 steps\"", Keys.AVERAGING_EVERY.write(new Period.EverySteps(3)));
  }

  @Test
  void shouldChangeOneKeyAndNoOther() {
    Configuration changed = Configuration.defaults().with(Keys.EPOCHS, 3);

    assertEquals(3, changed.get(Keys.EPOCHS));
    assertEquals(20, Configuration.defaults().get(Keys.EPOCHS));
    assertEquals(ConfigLoader.load(List.of(), List.of("training.epochs=3")), changed);
    assertEquals(Configuration.defaults(), changed.with(Keys.EPOCHS, 20));
  }

  @Test
  void shouldDescribeTheValuesOfAKey() {
    ConfigException thrown =
        assertThrows(
            ConfigException.class, () -> Configuration.defaults().with(Keys.MAX_ATTEMPTS, 1001));

    assertEquals(
        "argument: training.max-attempts: expected an integer from 1 to 1000, found=1001; "
            + "pass a value of this form",
        thrown.getMessage());
  }

  @Test
  void shouldListTheFaultsOfAllChanges() {
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () ->
                Configuration.defaults()
                    .with(
                        List.of(
                            run -> run.with(Keys.EPOCHS, 0),
                            run -> run.with(Keys.SEED, 1L),
                            run -> run.with(Keys.WORLD, new WorldSize.Fixed(0)))));

    assertEquals(
        List.of("training.epochs", "training.world"),
        thrown.faults().stream().map(Fault::key).toList());
  }

  /** A grid varies one key at a time, so a key without effect next to another is not a fault. */
  @ParameterizedTest
  @CsvSource({
    "training.averaging.merge=gradients, training.averaging.every=3 steps",
    "training.averaging.outer.type=none, training.averaging.outer.momentum=0.5",
    "training.optimizer.type=sgd, training.optimizer.beta1=0.5",
    "model.batch-norm.enabled=false, model.batch-norm.sync=local",
    "training.epochs=1, training.averaging.local-after-epoch=9"
  })
  void shouldAcceptAKeyThatHasNoEffectNextToAnother(String one, String other) {
    Configuration both = ConfigLoader.load(List.of(), List.of(one, other));

    assertEquals(both, ConfigLoader.load(List.of(), List.of(other, one)));
  }
}
