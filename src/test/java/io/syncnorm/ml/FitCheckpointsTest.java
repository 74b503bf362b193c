package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Locales;
import io.syncnorm.Slow;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.files.RemoteFileSystem.Fault;
import io.syncnorm.files.UnwritableException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests fits whose driver fails: its disk is full at a given checkpoint, which lets a test end a
 * driver after a given epoch.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FitCheckpointsTest {
  private static SparkSession spark;
  private static Dataset<Row> train;

  @TempDir Path disk;

  @BeforeAll
  static void start() {
    spark = Blobs.session(3);
    spark
        .sparkContext()
        .hadoopConfiguration()
        .set("fs." + RemoteFileSystem.SCHEME + ".impl", RemoteFileSystem.class.getName());
    train = Blobs.frame(spark, 201, 1).repartition(3).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @AfterEach
  void heal() {
    RemoteFileSystem.heal();
  }

  @Test
  void shouldResumeToABitIdenticalModel() throws IOException {
    SyncBatchNormClassificationModel undisturbed = Blobs.classifier().fit(train);
    failAt(classifier(), 6);
    assertEquals(List.of("fit-4.ckpt", "fit-5.ckpt"), files());
    // Settings without effect on the model may change: column names, timeouts, the interval.
    wouldFailAt(2);
    SyncBatchNormClassificationModel resumed =
        classifier()
            .setWaitTimeout("19s")
            .setCheckpointInterval(2)
            .setFeaturesCol("x")
            .fit(train.withColumnRenamed("features", "x"));
    assertSame(undisturbed, resumed);
    assertEquals(List.of(), files(), "a complete fit leaves none");
    RemoteFileSystem.heal();
    Files.writeString(disk.resolve("another.file"), "x");
    assertSame(undisturbed, classifier().fit(train)); // trains from scratch
    assertEquals(List.of("another.file"), files());
  }

  @Test
  void shouldResumeTheOptimizerOfEveryRankThatKeepsItsOwn() {
    UnaryOperator<SyncBatchNormClassifier> keep =
        classifier -> classifier.setOptimizerState("keep").setMaxIter(6);
    SyncBatchNormClassificationModel undisturbed = keep.apply(Blobs.classifier()).fit(train);
    failAt(keep.apply(classifier()), 4);
    wouldFailAt(2);
    // Operational params may change.
    assertSame(
        undisturbed,
        keep.apply(classifier())
            .setTelemetry(true)
            .setMaxAttempts(1)
            .setSlotTimeout("19s")
            .fit(train));
  }

  /** Recalibration after each epoch, or only for predictions of early models. */
  @ParameterizedTest
  @ValueSource(ints = {64, -1})
  void shouldResumeTheStateOfOptimizersAndEarlyStopping(int recalibrate) {
    UnaryOperator<SyncBatchNormClassifier> rich =
        classifier ->
            classifier
                .setValidationIndicatorCol("validation")
                .setWeightCol("weight")
                .setEarlyStoppingRounds(4)
                .setMaxIter(200)
                .setStepSize(0.05)
                .setOuterOptimizer("nesterov")
                .setOuterStepSize(0.9)
                .setOuterMomentum(0.3)
                .setLocalAfterEpoch(1)
                .setAveragingFrequency("2 steps")
                .setBatchNormRecalibrate(recalibrate);
    SyncBatchNormClassificationModel undisturbed = rich.apply(Blobs.classifier()).fit(train);
    int best = undisturbed.summary().bestEpoch();
    assertEquals(best + 4, undisturbed.summary().totalIterations());
    // Between the best epoch and the last: the returned model is not the one to resume from.
    failAt(rich.apply(classifier()), best + 3);
    wouldFailAt(best);
    assertSame(undisturbed, rich.apply(classifier()).fit(train));
  }

  @Test
  void shouldResumeInsideAnEpoch() throws IOException {
    UnaryOperator<SyncBatchNormClassifier> often = // a step takes as long as sending a small report
        classifier ->
            classifier
                .setHiddenLayers(512, 512)
                .setBatchSize(2)
                .setAveragingFrequency("step")
                .setMaxIter(3);
    SyncBatchNormClassificationModel undisturbed = often.apply(Blobs.classifier()).fit(train);
    failAt(often.apply(classifier()).setCheckpointEvery("2 steps"), 2);
    String newest = files().get(files().size() - 1);
    assertTrue(newest.matches("fit-1\\.\\d+\\.ckpt"), newest);
    wouldFailAt(1);
    assertSame(undisturbed, often.apply(classifier()).setCheckpointEvery("5m").fit(train));
    assertEquals(List.of(), files(), "a complete fit leaves none");
  }

  /** The write of the first checkpoint blocks until the workers have ended. */
  @Test
  void shouldTrainOnWhileACheckpointIsBeingWritten() {
    SparkListener end =
        new SparkListener() {
          @Override
          public void onJobEnd(SparkListenerJobEnd job) {
            if (RemoteFileSystem.hasWaited()) {
              RemoteFileSystem.heal();
            }
          }
        };
    spark.sparkContext().addSparkListener(end);
    try {
      UnaryOperator<SyncBatchNormClassifier> wide = // 3 MB a report: connections do not hold many
          classifier -> classifier.setHiddenLayers(512, 512).setWaitTimeout("4s").setMaxAttempts(1);
      SyncBatchNormClassificationModel undisturbed = wide.apply(Blobs.classifier()).fit(train);
      RemoteFileSystem.strike(Fault.WAITS, "fit-1.ckpt");
      assertSame(undisturbed, wide.apply(classifier()).fit(train));
      assertTrue(RemoteFileSystem.hasWaited());
    } finally {
      spark.sparkContext().removeSparkListener(end);
    }
  }

  @Test
  void shouldRefuseANetworkThatIsLargerThanMemory() {
    String refused =
        assertThrows(
                IllegalArgumentException.class,
                () -> classifier().setHiddenLayers(30_000, 30_000).fit(train))
            .getMessage();
    for (String part :
        List.of(
            "parameters>=900240000",
            "for all workers' memory, found at least 27473 MB",
            "narrower hiddenLayers")) {
      assertTrue(refused.contains(part), refused);
    }
  }

  @Test
  void shouldReturnTheBestModelFromCheckpointsOfACompleteFit() throws IOException {
    UnaryOperator<SyncBatchNormClassifier> early =
        classifier ->
            classifier
                .setValidationIndicatorCol("validation")
                .setEarlyStoppingRounds(2)
                .setMaxIter(200)
                .setStepSize(0.05);
    SyncBatchNormClassificationModel undisturbed = early.apply(Blobs.classifier()).fit(train);
    int last = undisturbed.summary().totalIterations();
    String lastFile = String.format(Locale.ROOT, "fit-%d.ckpt", last);
    RemoteFileSystem.strike(Fault.DELETES_NOT, lastFile);
    assertSame(undisturbed, early.apply(classifier()).fit(train));
    assertTrue(files().contains(lastFile), "it could not be removed");
    RemoteFileSystem.heal();
    wouldFailAt(last);
    assertSame(undisturbed, early.apply(classifier()).fit(train));
    assertEquals(List.of(), files());
  }

  @Slow
  @ParameterizedTest
  @MethodSource("io.syncnorm.Locales#all")
  void shouldFindItsFilesInAnyLocale(Locale locale) throws Exception {
    SyncBatchNormClassificationModel undisturbed = Blobs.classifier().setMaxIter(3).fit(train);
    SyncBatchNormClassificationModel there =
        Locales.in(
            locale,
            () -> {
              failAt(classifier().setMaxIter(3), 3);
              assertEquals(List.of("fit-1.ckpt", "fit-2.ckpt"), files());
              wouldFailAt(1);
              SyncBatchNormClassificationModel resumed = classifier().setMaxIter(3).fit(train);
              assertEquals(List.of(), files(), "a complete fit leaves none");
              String model = disk.resolve("model").toString();
              resumed.write().save(model);
              return SyncBatchNormClassificationModel.load(model);
            });
    assertArrayEquals(undisturbed.state().parameters(), there.state().parameters());
    assertArrayEquals(undisturbed.state().statistics(), there.state().statistics());
  }

  @Test
  void shouldUseThePreviousCheckpointIfTheLastIsDamaged() throws IOException {
    SyncBatchNormClassificationModel undisturbed = Blobs.classifier().fit(train);
    failAt(classifier(), 6);
    Path newest = disk.resolve("fit-5.ckpt");
    byte[] whole = Files.readAllBytes(newest);
    whole[whole.length / 2] ^= 1;
    Files.write(newest, whole);
    wouldFailAt(4);
    assertSame(undisturbed, classifier().fit(train));
    failAt(classifier(), 6);
    try (SeekableByteChannel torn = Files.newByteChannel(newest, StandardOpenOption.WRITE)) {
      torn.truncate(1000);
    }
    Files.write(disk.resolve("fit-4.ckpt"), new byte[0]);
    assertSame(undisturbed, classifier().fit(train)); // from the first epoch
    assertEquals(List.of(), files());
  }

  @Test
  void shouldRefuseCheckpointsOfOtherParamsAndOtherRows() throws IOException {
    failAt(classifier(), 4);
    List<String> left = files();
    assertRefused(train, "expected stepSize=0.5, found 0.01", c -> c.setStepSize(0.5));
    assertRefused(train, "expected hiddenLayers=[5], found [16, 8]", c -> c.setHiddenLayers(5));
    assertRefused(train, "expected numWorkers=3, found 2", c -> c.setNumWorkers(3));
    assertRefused(train, "expected outerMomentum=0.5, found 0.9", c -> c.setOuterMomentum(0.5));
    assertRefused(
        train,
        "expected validation rows=",
        c -> c.setValidationIndicatorCol("validation").setEarlyStoppingRounds(3));
    assertRefused(train.limit(200), "expected training rows=200, found 201", c -> c);
    assertRefused(
        train.withColumn("label", functions.expr("if(label = 2, 1.0, label)")),
        "expected numClasses=2, found 3",
        c -> c);
    // Rows with the same numbers of features and classes that differ in one value or in order.
    assertRefused(
        train.withColumn("weight", functions.col("weight").plus(0.5)),
        "expected checksum of the rows=",
        c -> c.setWeightCol("weight"));
    assertRefused(
        train.withColumn("label", functions.expr("2 - label")),
        "expected checksum of the rows=",
        c -> c);
    assertRefused(train.sort("features"), "expected checksum of the rows=", c -> c);
    assertEquals(left, files(), "they are still there for the fit that they are of");
    classifier().fit(train);
    assertEquals(List.of(), files());
  }

  @Test
  void shouldLetFitsTakeTurnsWithOneFolder() throws IOException {
    SyncBatchNormClassifier classifier = classifier().setMaxIter(2);
    new CrossValidator()
        .setEstimator(classifier)
        .setEvaluator(new MulticlassClassificationEvaluator())
        .setEstimatorParamMaps(
            new ParamGridBuilder().addGrid(classifier.stepSize(), new double[] {0.1, 0.01}).build())
        .setNumFolds(2)
        .setParallelism(2)
        .fit(train);
    assertEquals(List.of(), files());
  }

  @Test
  void shouldWriteNoCheckpointsWithoutAFolderOrAnInterval() throws IOException {
    classifier().setCheckpointInterval(-1).setMaxIter(1).fit(train);
    assertFalse(Files.exists(disk.resolve("fit-1.ckpt")));
    assertEquals(List.of(), files());
    IllegalArgumentException unusable =
        assertThrows(
            IllegalArgumentException.class,
            () -> Blobs.classifier().setCheckpointDir("nowhere://host/x").fit(train));
    assertTrue(
        unusable.getMessage().startsWith("checkpointDir=nowhere://host/x cannot be used: "),
        unusable.getMessage());
  }

  private SyncBatchNormClassifier classifier() {
    return Blobs.classifier().setCheckpointDir(RemoteFileSystem.SCHEME + ":" + disk);
  }

  /** Ends the driver: the checkpoint of this epoch cannot be written. */
  private static void failAt(SyncBatchNormClassifier classifier, int epoch) {
    wouldFailAt(epoch);
    UnwritableException broken =
        assertThrows(UnwritableException.class, () -> classifier.fit(train));
    String message = broken.getMessage();
    assertTrue(message.contains("fit-" + epoch + ".ckpt: No space left"), message);
    assertTrue(message.contains("the same fit resumes from the last one"), message);
    RemoteFileSystem.heal();
  }

  /**
   * Makes every fit fail that trains this epoch, so that a fit succeeds only if it resumes after
   * it.
   */
  private static void wouldFailAt(int epoch) {
    RemoteFileSystem.strike(Fault.FULL, "fit-" + epoch + ".ckpt");
  }

  private void assertRefused(
      Dataset<Row> rows, String part, UnaryOperator<SyncBatchNormClassifier> setting) {
    SyncBatchNormClassifier other = setting.apply(classifier());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> other.fit(rows), part);
    String message = refused.getMessage();
    assertTrue(message.contains("fit-3.ckpt belongs to another run: expected hash of"), message);
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("or delete it or set another checkpointDir"), message);
  }

  private static void assertSame(
      SyncBatchNormClassificationModel expected, SyncBatchNormClassificationModel found) {
    assertArrayEquals(expected.state().parameters(), found.state().parameters());
    assertArrayEquals(expected.state().statistics(), found.state().statistics());
    SyncBatchNormTrainingSummary wanted = expected.summary();
    SyncBatchNormTrainingSummary there = found.summary();
    assertEquals(wanted.bestEpoch(), there.bestEpoch());
    assertArrayEquals(wanted.objectiveHistory(), there.objectiveHistory());
    assertArrayEquals(wanted.accuracyHistory(), there.accuracyHistory());
    assertArrayEquals(wanted.validationLossHistory(), there.validationLossHistory());
    assertArrayEquals(wanted.validationAccuracyHistory(), there.validationAccuracyHistory());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(disk)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
