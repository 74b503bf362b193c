package io.syncnorm.config;

import io.syncnorm.config.Period.EveryEpoch;
import io.syncnorm.config.Period.EverySteps;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.config.layer.LayerReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every setting of a run with its type and range. Its meaning is documented beside its default in
 * {@code conf/syncnorm.conf}.
 */
public final class Keys {
  /** No limit; written {@code all}. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** The number of classes is that of the training labels; written {@code auto}. */
  public static final int AUTO_CLASSES = 0;

  /** The image of a row has the format of the training rows; written {@code auto}. */
  public static final List<Integer> AUTO_IMAGE = List.of();

  /** A share of the heap, see {@link Configuration#rowMemory}; written {@code auto}. */
  public static final long AUTO_MEMORY = -1;

  /** How the features of training and test rows are scaled. */
  public enum Scale {
    /** Unsigned bytes (IDX pixels, images) by 255, other numbers not. */
    AUTO,
    /** Features are used unchanged. */
    NONE,
    /** Features are divided by 255. */
    BY_255,
    /** By mean and standard deviation of each feature over the training rows. */
    STANDARDIZED
  }

  /** The function after each hidden layer. */
  public enum HiddenActivation {
    RELU,
    TANH,
    SIGMOID
  }

  /** How weights are drawn before training, with the names of Keras. */
  public enum Initialization {
    GLOROT_UNIFORM,
    GLOROT_NORMAL,
    HE_UNIFORM,
    HE_NORMAL
  }

  /** When each rank reorders its shard. */
  public enum Shuffle {
    /** Again before each epoch. */
    EPOCH,
    /** Once, before the first epoch. */
    ONCE
  }

  /** The engine that trains a network from a file. */
  public enum Engine {
    /** The fused engine where it supports the network, DL4J's layers otherwise. */
    AUTO,
    /** The fused engine; other networks are refused. */
    FUSED,
    /** DL4J's layers. */
    DL4J
  }

  /** Whether drift between the ranks is measured; it never changes what is trained. */
  public enum Telemetry {
    ON,
    OFF
  }

  /** Whether ranks encrypt what they send to each other and to the driver. */
  public enum Encrypt {
    /** If Spark encrypts its network. */
    AUTO,
    ON,
    OFF
  }

  /** The update rule of each rank. */
  public enum OptimizerType {
    ADAM,
    /** Adam with decoupled weight decay. */
    ADAMW,
    SGD,
    /** SGD with Nesterov's momentum. */
    NESTEROV,
    RMSPROP
  }

  /** How the learning rate changes during training. */
  public enum ScheduleType {
    CONSTANT,
    /** Multiplied by a factor after each period. */
    STEP,
    /** Multiplied by a factor over each period, in equal parts. */
    EXPONENTIAL,
    /** Half a cosine from the first to the last step. */
    COSINE
  }

  /** The gradient is not limited; written {@code none}. */
  public static final double UNLIMITED_GRADIENT = Double.POSITIVE_INFINITY;

  /** The learning rate does not warm up; written {@code none}. */
  public static final Period NO_WARM_UP = new Period.EveryEpochs(0);

  /** What is averaged over the ranks. */
  public enum Merge {
    /** The parameters, at intervals: ranks train independently in between. */
    PARAMETERS,
    /** The gradients of every step: all ranks have the same model at all times. */
    GRADIENTS
  }

  /** What happens to Adam's moments when parameters are averaged. */
  public enum OptimizerState {
    /** They are averaged like the parameters. */
    AVERAGE,
    /** Each rank keeps its own. */
    KEEP,
    /** They start again from zero. */
    RESET
  }

  /**
   * The update rule of the merged model: it treats the ranks' average change since the last merge
   * as a gradient.
   */
  public enum OuterType {
    /** The merged model is the plain average. */
    NONE,
    /** Momentum over the changes. */
    MOMENTUM,
    /** Nesterov momentum over the changes. */
    NESTEROV
  }

  /** The maximum number of classes. */
  public static final int MOST_CLASSES = 256;

  /** The maximum number of ranks. */
  public static final int MOST_RANKS = 4096;

  private static final List<Key<?>> REGISTERED = new ArrayList<>();

  /** A path or an address. */
  static final Kind<String> PATH = Kind.text("a path", Pattern.compile("(?s).*\\S.*"));

  private static final Kind<Duration> TIMEOUT =
      Kind.duration(Duration.ofMillis(1), Duration.ofDays(1));
  private static final Kind<Integer> COUNT = Kind.integer(1, Integer.MAX_VALUE);
  private static final Kind<Integer> LIMIT = COUNT.or("all", UNLIMITED);

  /** How many ranks a world may have. */
  static final Kind<Integer> RANKS = Kind.integer(1, MOST_RANKS);

  /** The number of steps between two averagings. */
  static final Kind<Integer> STEPS = COUNT;

  /** A number of epochs, or of steps with their unit. */
  private static final Kind<Period> EPOCHS_OR_STEPS =
      Kind.either(
          Period.EveryEpochs.class,
          COUNT.as(Period.EveryEpochs::new, Period.EveryEpochs::epochs),
          STEPS
              .counting("steps")
              .<Period>as(EverySteps::new, period -> ((EverySteps) period).steps()));

  private static final Kind<Double> GRADIENT_LIMIT = Kind.positive().or("none", UNLIMITED_GRADIENT);

  /** Concentration of a Dirichlet distribution. */
  static final Kind<Double> ALPHA = Kind.positive();

  /** A safe directory name: not hidden and not mistaken for an option. */
  static final Kind<String> NAME =
      Kind.text(
          "1 to 64 of A-Z, a-z, 0-9, dot, dash and underscore, not beginning with dot or dash",
          Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}"));

  public static final Key<String> RUN_NAME = operational("run.name", NAME);
  public static final Key<Long> SEED = key("run.seed", Kind.anyLong());

  public static final Key<String> TRAIN_IMAGES = key("data.train-images", PATH);
  public static final Key<String> TRAIN_LABELS = key("data.train-labels", PATH);
  public static final Key<String> TEST_IMAGES = key("data.test-images", PATH);
  public static final Key<String> TEST_LABELS = key("data.test-labels", PATH);
  public static final Key<String> TRAIN_FORMAT = key("data.train.format", DataSource.FORMAT);
  public static final Key<List<String>> TRAIN_PATH = key("data.train.path", DataSource.PATHS);
  public static final Key<Map<String, String>> TRAIN_OPTIONS =
      key("data.train.options", DataSource.OPTIONS);
  public static final Key<String> TRAIN_LABEL = key("data.train.label", DataSource.COLUMN);
  public static final Key<DataSource.FeatureColumns> TRAIN_FEATURES =
      key("data.train.features", DataSource.FEATURES);
  public static final Key<String> TRAIN_WEIGHT = key("data.train.weight", DataSource.WEIGHT);
  public static final Key<String> TEST_FORMAT = key("data.test.format", DataSource.FORMAT);
  public static final Key<List<String>> TEST_PATH = key("data.test.path", DataSource.PATHS);
  public static final Key<Map<String, String>> TEST_OPTIONS =
      key("data.test.options", DataSource.OPTIONS);
  public static final Key<String> TEST_LABEL = key("data.test.label", DataSource.COLUMN);
  public static final Key<DataSource.FeatureColumns> TEST_FEATURES =
      key("data.test.features", DataSource.FEATURES);
  public static final Key<String> TEST_WEIGHT = key("data.test.weight", DataSource.WEIGHT);
  public static final Key<Scale> SCALE = key("data.scale", Kind.oneOf(Scale.class));
  public static final Key<Integer> CLASSES =
      key("data.classes", Kind.integer(2, MOST_CLASSES).or("auto", AUTO_CLASSES));
  public static final Key<Integer> LIMIT_TRAIN = key("data.limit-train", LIMIT);
  public static final Key<Integer> LIMIT_TEST = key("data.limit-test", LIMIT);
  public static final Key<Partition> PARTITION =
      key(
          "data.partition",
          ALPHA
              .inside("dirichlet")
              .<Partition>as(Partition.Dirichlet::new, p -> ((Partition.Dirichlet) p).alpha())
              .or("by-label", new Partition.ByLabel())
              .or("shuffled", new Partition.Shuffled()));
  public static final Key<Long> MEMORY =
      operational("data.memory", Kind.bytes().or("auto", AUTO_MEMORY));

  public static final Key<NetworkSource> DL4J =
      key(
          "model.dl4j",
          PATH.<NetworkSource>as(
                  NetworkSource.Dl4jFile::new, file -> ((NetworkSource.Dl4jFile) file).path())
              .or("none", new NetworkSource.Configured()));
  public static final Key<Engine> ENGINE = key("model.engine", Kind.oneOf(Engine.class));
  public static final Key<List<Integer>> HIDDEN =
      key("model.hidden", Kind.listOf(Kind.integer(1, 65536)));
  public static final Key<LayerList> LAYERS =
      key(
          "model.layers",
          new Kind<>(LayerReader.EXPECTED, LayerReader::read, list -> true, LayerList::text)
              .or("none", LayerList.NONE));
  public static final Key<List<Integer>> IMAGE = key("model.image", sizes().or("auto", AUTO_IMAGE));
  public static final Key<HiddenActivation> ACTIVATION =
      key("model.activation", Kind.oneOf(HiddenActivation.class));
  public static final Key<Initialization> INITIALIZATION =
      key("model.initialization", Kind.oneOf(Initialization.class));
  public static final Key<Boolean> BATCH_NORM_ENABLED =
      key("model.batch-norm.enabled", Kind.flag());
  public static final Key<Double> BATCH_NORM_MOMENTUM =
      key("model.batch-norm.momentum", Kind.share());
  public static final Key<Double> BATCH_NORM_EPSILON =
      key("model.batch-norm.epsilon", Kind.positive());
  public static final Key<Sync> BATCH_NORM_SYNC =
      key(
          "model.batch-norm.sync",
          RANKS
              .inside("group")
              .as(Sync::new, Sync::groupSize)
              .or("local", Sync.LOCAL)
              .or("global", Sync.GLOBAL));
  public static final Key<Recalibrate> RECALIBRATE =
      key(
          "model.batch-norm.recalibrate",
          Kind.integer(0, Integer.MAX_VALUE)
              .<Recalibrate>as(Recalibrate.EachEpoch::new, Recalibrate::rows)
              .or("auto", new Recalibrate.Auto()));

  public static final Key<WorldSize> WORLD =
      key(
          "training.world",
          RANKS
              .<WorldSize>as(WorldSize.Fixed::new, world -> ((WorldSize.Fixed) world).ranks())
              .or("auto", new WorldSize.Auto()));
  public static final Key<Integer> EPOCHS = key("training.epochs", COUNT);
  public static final Key<Integer> EARLY_STOPPING =
      key("training.early-stopping", Kind.integer(0, Integer.MAX_VALUE));
  public static final Key<Integer> BATCH_SIZE = key("training.batch-size", COUNT);
  public static final Key<Shuffle> SHUFFLE = key("training.shuffle", Kind.oneOf(Shuffle.class));
  public static final Key<Telemetry> TELEMETRY =
      operational("training.telemetry", Kind.oneOf(Telemetry.class));
  public static final Key<Encrypt> ENCRYPT =
      operational("training.encrypt", Kind.oneOf(Encrypt.class));
  public static final Key<Duration> WAIT_TIMEOUT = operational("training.wait-timeout", TIMEOUT);
  public static final Key<Duration> LOAD_TIMEOUT = operational("training.load-timeout", TIMEOUT);
  public static final Key<Integer> MIN_SLOTS = operational("training.min-slots", RANKS);
  public static final Key<Duration> SLOT_TIMEOUT = operational("training.slot-timeout", TIMEOUT);
  public static final Key<Integer> MAX_ATTEMPTS =
      operational("training.max-attempts", Kind.integer(1, 1000));

  public static final Key<OptimizerType> OPTIMIZER_TYPE =
      key("training.optimizer.type", Kind.oneOf(OptimizerType.class));
  public static final Key<Double> LEARNING_RATE =
      key("training.optimizer.learning-rate", Kind.positive());
  public static final Key<Double> BETA1 = key("training.optimizer.beta1", Kind.share());
  public static final Key<Double> BETA2 = key("training.optimizer.beta2", Kind.share());
  public static final Key<Double> OPTIMIZER_EPSILON =
      key("training.optimizer.epsilon", Kind.positive());
  public static final Key<Double> OPTIMIZER_MOMENTUM =
      key("training.optimizer.momentum", Kind.share());
  public static final Key<Double> RMS_DECAY = key("training.optimizer.rms-decay", Kind.share());
  public static final Key<Double> L2 = key("training.optimizer.l2", Kind.notNegative());
  public static final Key<Double> WEIGHT_DECAY =
      key("training.optimizer.weight-decay", Kind.notNegative());
  public static final Key<Double> CLIP_NORM = key("training.optimizer.clip-norm", GRADIENT_LIMIT);
  public static final Key<Double> CLIP_VALUE = key("training.optimizer.clip-value", GRADIENT_LIMIT);
  public static final Key<ScheduleType> SCHEDULE_TYPE =
      key("training.optimizer.schedule.type", Kind.oneOf(ScheduleType.class));
  public static final Key<Period> SCHEDULE_EVERY =
      key("training.optimizer.schedule.every", EPOCHS_OR_STEPS);
  public static final Key<Double> SCHEDULE_FACTOR =
      key("training.optimizer.schedule.factor", Kind.positive());
  public static final Key<Double> SCHEDULE_FINAL_SHARE =
      key("training.optimizer.schedule.final-share", Kind.share());
  public static final Key<Period> WARM_UP =
      key("training.optimizer.schedule.warm-up", EPOCHS_OR_STEPS.or("none", NO_WARM_UP));

  public static final Key<Period> AVERAGING_EVERY =
      key(
          "training.averaging.every",
          STEPS
              .counting("steps")
              .<Period>as(EverySteps::new, period -> ((EverySteps) period).steps())
              .or("step", new EverySteps(1))
              .or("epoch", new EveryEpoch()));
  public static final Key<Merge> AVERAGING_MERGE =
      key("training.averaging.merge", Kind.oneOf(Merge.class));
  public static final Key<OptimizerState> OPTIMIZER_STATE =
      key("training.averaging.optimizer-state", Kind.oneOf(OptimizerState.class));

  public static final Key<OuterType> OUTER_TYPE =
      key("training.averaging.outer.type", Kind.oneOf(OuterType.class));
  public static final Key<Double> OUTER_LEARNING_RATE =
      key("training.averaging.outer.learning-rate", Kind.positive());
  public static final Key<Double> OUTER_MOMENTUM =
      key("training.averaging.outer.momentum", Kind.share());
  public static final Key<Integer> LOCAL_AFTER_EPOCH =
      key("training.averaging.local-after-epoch", Kind.integer(0, Integer.MAX_VALUE));

  public static final Key<Period> CHECKPOINT_EVERY =
      operational(
          "checkpoint.every",
          Kind.either(
              Period.EveryEpochs.class,
              COUNT.as(Period.EveryEpochs::new, Period.EveryEpochs::epochs),
              Kind.either(
                  EverySteps.class,
                  STEPS.counting("steps").as(EverySteps::new, EverySteps::steps),
                  TIMEOUT.as(Period.EveryTime::new, every -> ((Period.EveryTime) every).time()))));
  public static final Key<Integer> CHECKPOINT_KEEP =
      operational("checkpoint.keep", Kind.integer(1, 1000));
  public static final Key<CheckpointPlace> CHECKPOINT_DIR =
      operational(
          "checkpoint.dir",
          PATH.<CheckpointPlace>as(
                  CheckpointPlace.Elsewhere::new,
                  place -> ((CheckpointPlace.Elsewhere) place).address())
              .or("auto", new CheckpointPlace.InRunDirectory()));
  public static final Key<Duration> CHECKPOINT_TIMEOUT = operational("checkpoint.timeout", TIMEOUT);

  public static final Key<Boolean> OUTPUT_ONNX = operational("output.onnx", Kind.flag());

  /** All keys, in the order of the rendering. */
  public static final List<Key<?>> ALL = List.copyOf(REGISTERED);

  /** The keys that are part of a run's identity. */
  static final List<Key<?>> OF_OUTCOME =
      ALL.stream().filter(key -> key.role() == Key.Role.IDENTITY).toList();

  /**
   * Keys added after runs were first named by their hash. {@link Configuration#renderOutcome} omits
   * them while they have their default: such a run is unchanged by the new key, keeps its name, and
   * resumes from its checkpoints.
   */
  static final Set<Key<?>> ADDED_LATER =
      ALL.stream()
          .filter(
              key ->
                  Set.of(EARLY_STOPPING, SCALE, ENGINE, LAYERS, IMAGE, INITIALIZATION).contains(key)
                      || isOfSource(key)
                      || isOfOptimizerAddedLater(key))
          .collect(Collectors.toSet());

  private Keys() {}

  static Optional<Key<?>> find(String path) {
    return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
  }

  /** Whether a key of the optimizer is none of the first five. */
  private static boolean isOfOptimizerAddedLater(Key<?> key) {
    return key.path().startsWith("training.optimizer.")
        && !Set.of(OPTIMIZER_TYPE, LEARNING_RATE, BETA1, BETA2, OPTIMIZER_EPSILON).contains(key);
  }

  private static boolean isOfSource(Key<?> key) {
    return key.path().startsWith("data.train.") || key.path().startsWith("data.test.");
  }

  /** Height, width and channels of an image. */
  private static Kind<List<Integer>> sizes() {
    Kind<List<Integer>> list = Kind.listOf(Kind.integer(1, 65536));
    return new Kind<>(
        "[height, width, channels], each an integer from 1 to 65536",
        value ->
            list.read(value)
                .filter(sizes -> sizes.size() == 3)
                .orElseThrow(IllegalArgumentException::new),
        sizes -> sizes.size() == 3 && list.range().test(sizes),
        list.writer());
  }

  /** A key that decides what is trained. */
  private static <T> Key<T> key(String path, Kind<T> kind) {
    return register(new Key<>(path, kind, Key.Role.IDENTITY));
  }

  /** A key that never changes what is trained. */
  private static <T> Key<T> operational(String path, Kind<T> kind) {
    return register(new Key<>(path, kind, Key.Role.OPERATION));
  }

  private static <T> Key<T> register(Key<T> key) {
    REGISTERED.add(key);
    return key;
  }
}
