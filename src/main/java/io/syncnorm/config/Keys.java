package io.syncnorm.config;

import com.typesafe.config.ConfigUtil;
import io.syncnorm.config.AveragingSettings.EveryEpoch;
import io.syncnorm.config.AveragingSettings.EverySteps;
import io.syncnorm.config.AveragingSettings.Merge;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.config.AveragingSettings.Period;
import io.syncnorm.config.BatchNormSettings.Sync;
import io.syncnorm.config.TrainingSettings.Shuffle;
import io.syncnorm.config.TrainingSettings.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Every key with its type and its range, and nothing of its default. */
final class Keys {

  private static final List<Key<?>> REGISTERED = new ArrayList<>();

  /** A path or an address. */
  static final Kind<String> PATH = Kind.text("a path", Pattern.compile("(?s).*\\S.*"));

  private static final Kind<Duration> TIMEOUT =
      Kind.duration(Duration.ofMillis(1), Duration.ofDays(1));
  private static final Kind<Integer> COUNT = Kind.integer(1, Integer.MAX_VALUE);
  private static final Kind<Integer> LIMIT = COUNT.or("all", DataSettings.ALL);

  /** How many ranks a world may have. */
  static final Kind<Integer> RANKS = Kind.integer(1, 4096);

  /** How many steps may lie between two averagings. */
  static final Kind<Integer> STEPS = COUNT;

  /** Concentration of a Dirichlet distribution. */
  static final Kind<Double> ALPHA = Kind.positive();

  /** A name that is safe as a directory's: it neither hides nor looks like an option. */
  static final Key<String> RUN_NAME =
      key(
          "run.name",
          Kind.text(
              "1 to 64 of A-Z, a-z, 0-9, dot, dash and underscore, not beginning with dot or dash",
              Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")),
          c -> c.run().name());

  static final Key<Long> SEED = key("run.seed", Kind.anyLong(), c -> c.run().seed());

  static final Key<String> TRAIN_IMAGES =
      key("data.train-images", PATH, c -> c.data().trainImages());
  static final Key<String> TRAIN_LABELS =
      key("data.train-labels", PATH, c -> c.data().trainLabels());
  static final Key<String> TEST_IMAGES = key("data.test-images", PATH, c -> c.data().testImages());
  static final Key<String> TEST_LABELS = key("data.test-labels", PATH, c -> c.data().testLabels());
  static final Key<Integer> CLASSES =
      key("data.classes", Kind.integer(2, 256), c -> c.data().classes());
  static final Key<Integer> LIMIT_TRAIN =
      key("data.limit-train", LIMIT, c -> c.data().limitTrain());
  static final Key<Integer> LIMIT_TEST = key("data.limit-test", LIMIT, c -> c.data().limitTest());
  static final Key<Partition> PARTITION =
      key(
          "data.partition",
          ALPHA
              .inside("dirichlet")
              .<Partition>as(Partition.Dirichlet::new, p -> ((Partition.Dirichlet) p).alpha())
              .or("by-label", new Partition.ByLabel())
              .or("shuffled", new Partition.Shuffled()),
          c -> c.data().partition());

  static final Key<NetworkSource> DL4J =
      key(
          "model.dl4j",
          PATH.<NetworkSource>as(
                  NetworkSource.Dl4jFile::new, file -> ((NetworkSource.Dl4jFile) file).path())
              .or("none", new NetworkSource.Configured()),
          c -> c.model().network());
  static final Key<List<Integer>> HIDDEN =
      key("model.hidden", Kind.listOf(Kind.integer(1, 65536)), c -> c.model().hidden());
  static final Key<Activation> ACTIVATION =
      key("model.activation", Kind.oneOf(Activation.class), c -> c.model().activation());
  static final Key<Boolean> BATCH_NORM_ENABLED =
      key("model.batch-norm.enabled", Kind.flag(), c -> c.model().batchNorm().enabled());
  static final Key<Double> BATCH_NORM_MOMENTUM =
      key("model.batch-norm.momentum", Kind.share(), c -> c.model().batchNorm().momentum());
  static final Key<Double> BATCH_NORM_EPSILON =
      key("model.batch-norm.epsilon", Kind.positive(), c -> c.model().batchNorm().epsilon());
  static final Key<Sync> BATCH_NORM_SYNC =
      key(
          "model.batch-norm.sync",
          RANKS
              .inside("group")
              .as(Sync::new, Sync::groupSize)
              .or("local", Sync.LOCAL)
              .or("global", Sync.GLOBAL),
          c -> c.model().batchNorm().sync());
  static final Key<Recalibrate> RECALIBRATE =
      key(
          "model.batch-norm.recalibrate",
          Kind.integer(0, Integer.MAX_VALUE)
              .<Recalibrate>as(Recalibrate.Rows::new, Recalibrate::rows)
              .or("auto", new Recalibrate.Auto()),
          c -> c.model().batchNorm().recalibrate());

  static final Key<WorldSize> WORLD =
      key(
          "training.world",
          RANKS
              .<WorldSize>as(WorldSize.Fixed::new, world -> ((WorldSize.Fixed) world).ranks())
              .or("auto", new WorldSize.Auto()),
          c -> c.training().world());
  static final Key<Integer> EPOCHS = key("training.epochs", COUNT, c -> c.training().epochs());
  static final Key<Integer> BATCH_SIZE =
      key("training.batch-size", COUNT, c -> c.training().batchSize());
  static final Key<Shuffle> SHUFFLE =
      key("training.shuffle", Kind.oneOf(Shuffle.class), c -> c.training().shuffle());
  static final Key<Telemetry> TELEMETRY =
      key("training.telemetry", Kind.oneOf(Telemetry.class), c -> c.training().telemetry());
  static final Key<Duration> WAIT_TIMEOUT =
      key("training.wait-timeout", TIMEOUT, c -> c.training().faults().waitTimeout());
  static final Key<Duration> LOAD_TIMEOUT =
      key("training.load-timeout", TIMEOUT, c -> c.training().faults().loadTimeout());
  static final Key<Duration> SLOT_TIMEOUT =
      key("training.slot-timeout", TIMEOUT, c -> c.training().faults().slotTimeout());
  static final Key<Integer> MAX_ATTEMPTS =
      key("training.max-attempts", Kind.integer(1, 1000), c -> c.training().faults().maxAttempts());

  static final Key<OptimizerSettings.Type> OPTIMIZER_TYPE =
      key(
          "training.optimizer.type",
          Kind.oneOf(OptimizerSettings.Type.class),
          c -> c.training().optimizer().type());
  static final Key<Double> LEARNING_RATE =
      key(
          "training.optimizer.learning-rate",
          Kind.positive(),
          c -> c.training().optimizer().learningRate());
  static final Key<Double> BETA1 =
      key("training.optimizer.beta1", Kind.share(), c -> c.training().optimizer().beta1());
  static final Key<Double> BETA2 =
      key("training.optimizer.beta2", Kind.share(), c -> c.training().optimizer().beta2());
  static final Key<Double> OPTIMIZER_EPSILON =
      key("training.optimizer.epsilon", Kind.positive(), c -> c.training().optimizer().epsilon());

  static final Key<Period> AVERAGING_EVERY =
      key(
          "training.averaging.every",
          STEPS
              .counting("steps")
              .<Period>as(EverySteps::new, period -> ((EverySteps) period).steps())
              .or("step", new EverySteps(1))
              .or("epoch", new EveryEpoch()),
          c -> c.training().averaging().every());
  static final Key<Merge> AVERAGING_MERGE =
      key(
          "training.averaging.merge",
          Kind.oneOf(Merge.class),
          c -> c.training().averaging().merge());
  static final Key<OptimizerState> OPTIMIZER_STATE =
      key(
          "training.averaging.optimizer-state",
          Kind.oneOf(OptimizerState.class),
          c -> c.training().averaging().optimizerState());

  static final Key<OuterSettings.Type> OUTER_TYPE =
      key(
          "training.averaging.outer.type",
          Kind.oneOf(OuterSettings.Type.class),
          c -> c.training().averaging().outer().type());
  static final Key<Double> OUTER_LEARNING_RATE =
      key(
          "training.averaging.outer.learning-rate",
          Kind.positive(),
          c -> c.training().averaging().outer().learningRate());
  static final Key<Double> OUTER_MOMENTUM =
      key(
          "training.averaging.outer.momentum",
          Kind.share(),
          c -> c.training().averaging().outer().momentum());
  static final Key<Integer> LOCAL_AFTER_EPOCH =
      key(
          "training.averaging.local-after-epoch",
          Kind.integer(0, Integer.MAX_VALUE),
          c -> c.training().averaging().localAfterEpoch());

  static final Key<Integer> CHECKPOINT_EVERY =
      key("checkpoint.every", COUNT, c -> c.checkpoint().every());
  static final Key<Integer> CHECKPOINT_KEEP =
      key("checkpoint.keep", Kind.integer(1, 1000), c -> c.checkpoint().keep());
  static final Key<CheckpointPlace> CHECKPOINT_DIR =
      key(
          "checkpoint.dir",
          PATH.<CheckpointPlace>as(
                  CheckpointPlace.Folder::new, place -> ((CheckpointPlace.Folder) place).address())
              .or("auto", new CheckpointPlace.InRunDirectory()),
          c -> c.checkpoint().place());
  static final Key<Duration> CHECKPOINT_TIMEOUT =
      key("checkpoint.timeout", TIMEOUT, c -> c.checkpoint().timeout());

  /** All keys, in the order of the rendering. */
  static final List<Key<?>> ALL = List.copyOf(REGISTERED);

  /** The keys that decide what is trained: a run may be gone on with when the others change. */
  static final List<Key<?>> OF_OUTCOME =
      ALL.stream()
          .filter(key -> !key.path().startsWith("checkpoint.") && !key.equals(LOAD_TIMEOUT))
          .toList();

  /** The names inside each section, by the section's path; the root's path is empty. */
  static final Map<String, List<String>> SECTIONS = sections();

  private Keys() {}

  static Optional<Key<?>> find(String path) {
    return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
  }

  /** The path of a name inside a section, quoted where HOCON would need it. */
  static String join(String section, String name) {
    String quoted = ConfigUtil.joinPath(name);
    return section.isEmpty() ? quoted : section + "." + quoted;
  }

  private static <T> Key<T> key(String path, Kind<T> kind, Function<Configuration, T> getter) {
    Key<T> key = new Key<>(path, kind, getter);
    REGISTERED.add(key);
    return key;
  }

  private static Map<String, List<String>> sections() {
    Map<String, List<String>> sections = new TreeMap<>();
    for (Key<?> key : ALL) {
      String section = "";
      for (String name : ConfigUtil.splitPath(key.path())) {
        List<String> names = sections.computeIfAbsent(section, path -> new ArrayList<>());
        if (!names.contains(name)) {
          names.add(name);
        }
        section = join(section, name);
      }
    }
    return sections;
  }
}
