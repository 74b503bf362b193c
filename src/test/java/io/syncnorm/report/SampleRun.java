package io.syncnorm.report;

import io.syncnorm.report.html.EpochSections;
import io.syncnorm.report.html.HtmlReport;
import io.syncnorm.report.html.ReportPage;
import io.syncnorm.report.html.RunReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A synthetic run, similar to real ones, for the tests of this package. */
public final class SampleRun {
  public static final String WITH = "with BN";
  public static final String WITHOUT = "without BN";

  /** Names that need to be escaped, shortened or broken. */
  public static final List<String> NAMES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Iris versicolor & setosa <hybrid>",
          "Ankle boot",
          "x".repeat(80),
          "ok");

  private static final int IMAGE_SIZE = 28;

  private SampleRun() {}

  /** Returns curves that rise and flatten, as on MNIST. */
  public static List<EpochMetrics> epochs(int count, String... models) {
    List<EpochMetrics> rows = new ArrayList<>();
    for (int m = 0; m < models.length; m++) {
      Random random = new Random(7 + m);
      for (int epoch = 1; epoch <= count; epoch++) {
        double left = Math.exp(-(0.35 - 0.05 * m) * epoch);
        double noise = 0.001 * random.nextGaussian();
        rows.add(
            new EpochMetrics(
                models[m],
                epoch,
                0.005 + 0.45 * left,
                0.999 - (0.1 + 0.02 * m) * left,
                0.065 + 0.01 * m + 0.2 * left + 10 * noise * noise + 0.001 * epoch,
                0.981 - 0.004 * m - 0.06 * left + noise,
                0.36 + (epoch == 1 ? 0.2 : 0.02 * random.nextDouble()),
                0.22,
                m == 0 ? 0.05 : 0,
                0.03 * random.nextDouble(),
                0.004,
                details(m == 0, left, random)));
      }
    }
    return rows;
  }

  /** Returns drift that decreases during training, with statistics of normalized layers only. */
  private static EpochDetails details(boolean batchNorm, double left, Random random) {
    List<LayerMetrics> layers = new ArrayList<>();
    for (int layer = 1; layer <= 2; layer++) {
      double drift = (0.2 + 0.1 * left + 0.01 * random.nextDouble()) / layer;
      layers.add(
          new LayerMetrics(
              layer,
              batchNorm ? drift : Double.NaN,
              batchNorm ? 1.5 * drift : Double.NaN,
              0.02 * left + 0.001 * layer,
              0.3 * left,
              batchNorm ? 0 : 3));
    }
    return new EpochDetails(
        60_000,
        batchNorm ? 6.25 : Double.NaN,
        batchNorm ? 41.5 : Double.NaN,
        batchNorm ? 0.08 + 0.2 * left : Double.NaN,
        batchNorm ? 0.978 - 0.07 * left : Double.NaN,
        layers);
  }

  /** Returns ten classes, mostly correct, with mistakes on images of a diagonal stroke. */
  public static ClassificationReport evaluation(int images) {
    Random random = new Random(3);
    ClassificationCollector collector =
        ClassificationCollector.ofImages(10, 12, IMAGE_SIZE, IMAGE_SIZE);
    for (int row = 0; row < images; row++) {
      int label = random.nextInt(10);
      int chosen = random.nextInt(50) == 0 ? (label + 1 + random.nextInt(4)) % 10 : label;
      float[] probabilities = new float[10];
      probabilities[chosen] = 0.5f + random.nextFloat() / 2;
      int number = row;
      collector.add(row, label, 1, probabilities, () -> stroke(number));
    }
    return collector.report();
  }

  /** Returns classes with long names, with mistakes on rows that are no images. */
  public static ClassificationReport namedEvaluation() {
    Random random = new Random(4);
    ClassificationCollector collector = ClassificationCollector.ofRows(NAMES.size(), 6);
    for (int row = 0; row < 3000; row++) {
      int label = random.nextInt(NAMES.size());
      int chosen = random.nextInt(9) == 0 ? random.nextInt(NAMES.size()) : label;
      float[] probabilities = new float[NAMES.size()];
      probabilities[chosen] = 0.5f + random.nextFloat() / 2;
      collector.add(row, label, 1, probabilities, () -> new byte[0]);
    }
    return collector.report(NAMES);
  }

  public static RunResult result(String run, List<ModelResult> models) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("data/mnist/train-images-idx3-ubyte.gz", "0123456789abcdef".repeat(4));
    data.put("data/mnist/t10k-images-idx3-ubyte.gz", "fedcba9876543210".repeat(4));
    return new RunResult(
        "done",
        run,
        42,
        2,
        "JNIBLAS (OpenBLAS)",
        data,
        "3.5.7",
        models,
        14.25,
        List.of(),
        List.of(),
        List.of());
  }

  /** Returns hosts of a run that lost an executor within an epoch, and got it back. */
  public static List<RunResult.Hosts> hosts() {
    return List.of(
        new RunResult.Hosts(
            WITH, 0, 0, 3.5, 2, "start", new RunResult.Pause(1.5, 0, 0.25, 0.75, 0.5)),
        new RunResult.Hosts(
            WITH,
            6,
            120,
            9.25,
            1,
            "executor <1> on node-7 was lost",
            new RunResult.Pause(1.875, 0.25, 0.125, 1, 0.5)),
        new RunResult.Hosts(
            WITH, 12, 0, 12.5, 2, "more slots", new RunResult.Pause(0.5, 0.125, 0, 0.25, 0.125)),
        new RunResult.Hosts(
            WITHOUT, 0, 0, 17, 2, "start", new RunResult.Pause(0.5, 0, 0, 0.25, 0.25)));
  }

  /** Returns a page with these hosts. */
  public static ReportPage on(ReportPage page, List<RunResult.Hosts> hosts) {
    RunResult of = page.result();
    return new ReportPage(
        new RunResult(
            of.status(),
            of.run(),
            of.seed(),
            of.world(),
            of.blas(),
            of.data(),
            of.sparkVersion(),
            of.models(),
            of.wallSeconds(),
            of.baselines(),
            of.classes(),
            hosts),
        page.epochs(),
        page.evaluations(),
        page.config(),
        page.versions(),
        page.unfinished());
  }

  public static ModelResult model(String name, boolean batchNorm) {
    return new ModelResult(
        name,
        batchNorm,
        109_770,
        20,
        0,
        0.9812,
        0.0712,
        7.5,
        0.375,
        160_000.5,
        batchNorm ? 6.25 : Double.NaN,
        batchNorm ? 41.5 : Double.NaN,
        name + "/model.zip");
  }

  public static String html(ReportPage page) {
    return HtmlReport.html(page, EpochSections.of(page.epochs(), page.result().hosts()));
  }

  public static ReportPage page(String run) {
    Map<String, ClassificationReport> evaluations = new LinkedHashMap<>();
    evaluations.put(WITH, evaluation(2000));
    evaluations.put(WITHOUT, evaluation(1500));
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("Java", "17.0.15");
    versions.put("Spark", "3.5.7");
    versions.put("DL4J", "1.0.0-M2");
    versions.put("BLAS", "JNIBLAS (OpenBLAS 0.3.31)");
    versions.put("Operating system", "Linux 6.1 amd64");
    versions.put("Cores", "2");
    return new ReportPage(
        result(run, List.of(model(WITH, true), model(WITHOUT, false))),
        epochs(20, WITH, WITHOUT),
        evaluations,
        "run { name = mnist, seed = 42 }\ntraining { epochs = 20, batch-size = 128 }\n"
            + "# a long line: "
            + "model.hidden = [128, 64] ".repeat(8),
        versions,
        Map.of());
  }

  /** Returns the page of a run before its first epoch. */
  public static ReportPage before(ReportPage end) {
    Map<String, Integer> unfinished = new LinkedHashMap<>();
    List<ModelResult> models = new ArrayList<>();
    for (ModelResult model : end.result().models()) {
      unfinished.put(model.name(), model.epochs());
      models.add(unfinished(model, 0));
    }
    ReportPage page = on(end, List.of());
    RunResult of = page.result();
    RunResult result =
        new RunResult(
            "running",
            of.run(),
            of.seed(),
            of.world(),
            of.blas(),
            of.data(),
            of.sparkVersion(),
            models,
            0,
            List.of(),
            List.of(),
            List.of());
    return new ReportPage(result, List.of(), Map.of(), page.config(), page.versions(), unfinished);
  }

  /** Adds to the report of a run what happened until its end, in order. */
  public static void fill(RunReport report, ReportPage end) {
    end.result().hosts().forEach(report::addHosts);
    for (ModelResult model : end.result().models()) {
      for (EpochMetrics row : end.epochs()) {
        if (row.model().equals(model.name())) {
          report.addEpochs(List.of(row), unfinished(model, row.epoch()));
        }
      }
      report.addModel(model, end.evaluations().get(model.name()), end.result().classes());
    }
    end.result().baselines().forEach(report::addBaseline);
  }

  /** Returns a model that has trained a number of epochs. */
  private static ModelResult unfinished(ModelResult model, int epochs) {
    return new ModelResult(
        model.name(),
        model.batchNorm(),
        model.parameters(),
        epochs,
        0,
        epochs == 0 ? Double.NaN : model.testAccuracy(),
        epochs == 0 ? Double.NaN : model.testLoss(),
        epochs,
        epochs == 0 ? Double.NaN : 1,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        "");
  }

  private static byte[] stroke(int row) {
    byte[] pixels = new byte[IMAGE_SIZE * IMAGE_SIZE];
    for (int i = 4; i < 24; i++) {
      for (int thick = 0; thick < 3; thick++) {
        pixels[i * IMAGE_SIZE + (i + row) % 24 + thick] = (byte) 230;
      }
    }
    return pixels;
  }
}
