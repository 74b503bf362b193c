package io.syncnorm;

import io.syncnorm.model.Dl4j;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.package$;
import org.junit.jupiter.params.provider.Arguments;

/** What each package imports: exactly this, as {@link FencesTest} checks. */
final class PackageTable {
  private PackageTable() {}

  /** Each package with the packages of SyncNorm that it imports. Leaves import none. */
  static Stream<Arguments> imports() {
    return allImports().filter(row -> isBuilt((String) row.get()[0]));
  }

  /** DL4J exists for Scala 2.12 only: a build for another version has not its packages. */
  private static boolean isBuilt(String name) {
    return Dl4j.find().isPresent() || !name.startsWith("dl4j");
  }

  private static Stream<Arguments> allImports() {
    return Stream.of(
        Arguments.of("config.layer", Set.of()),
        Arguments.of("config", Set.of("config.layer")),
        Arguments.of("files", Set.of()),
        Arguments.of("data", Set.of()),
        Arguments.of("data.deal", Set.of("data")),
        Arguments.of("data.shard", Set.of("data", "data.deal")),
        Arguments.of("data.idx", Set.of("data", "files")),
        Arguments.of("nn", Set.of()),
        Arguments.of("nn.network", Set.of("nn")),
        Arguments.of("nn.optimizer", Set.of()),
        Arguments.of("keras", Set.of("nn")),
        Arguments.of("onnx", Set.of("nn")),
        Arguments.of("comm.wire", Set.of()),
        Arguments.of("comm.fold", Set.of()),
        Arguments.of("comm.connection", Set.of("comm.wire")),
        Arguments.of("comm.driver", Set.of("comm.wire", "comm.fold", "comm.connection")),
        Arguments.of("comm", Set.of("comm.wire", "comm.fold", "comm.driver", "comm.connection")),
        Arguments.of("report", Set.of()),
        Arguments.of("report.plot", Set.of("report")),
        Arguments.of("report.html", Set.of("report", "report.plot")),
        Arguments.of("train.state", Set.of("data")),
        Arguments.of("train.telemetry", Set.of("nn", "comm")),
        Arguments.of(
            "train",
            Set.of(
                "config",
                "config.layer",
                "data",
                "nn",
                "nn.network",
                "nn.optimizer",
                "comm",
                "comm.fold",
                "comm.driver",
                "data.deal",
                "data.shard",
                "train.state",
                "train.telemetry")),
        Arguments.of(
            "plan",
            Set.of(
                "config",
                "data",
                "nn",
                "nn.network",
                "nn.optimizer",
                "comm",
                "comm.fold",
                "train",
                "data.shard")),
        Arguments.of("checkpoint", Set.of("config", "files", "train", "train.state")),
        Arguments.of("model", Set.of("config", "data", "nn", "nn.network", "onnx", "train")),
        Arguments.of("spark.version", Set.of()),
        Arguments.of("spark", Set.of("spark.version")),
        Arguments.of(
            "spark.slots", Set.of("config", "data", "data.shard", "comm", "train", "spark")),
        Arguments.of(
            "spark.ranks",
            Set.of(
                "config",
                "nn",
                "comm",
                "comm.wire",
                "comm.fold",
                "comm.driver",
                "train",
                "train.state",
                "spark",
                "spark.slots")),
        Arguments.of("spark.source", Set.of("files", "data", "data.idx", "spark", "data.deal")),
        Arguments.of(
            "spark.shard",
            Set.of(
                "config",
                "data",
                "comm",
                "train",
                "train.state",
                "spark",
                "spark.ranks",
                "spark.source",
                "data.deal",
                "data.shard")),
        Arguments.of(
            "spark.probe",
            Set.of(
                "config",
                "data",
                "comm",
                "comm.driver",
                "comm.fold",
                "plan",
                "spark",
                "spark.ranks")),
        Arguments.of("spark.input", Set.of("data", "spark", "spark.source")),
        Arguments.of(
            "spark.table",
            Set.of(
                "config",
                "files",
                "data",
                "spark",
                "spark.version",
                "spark.source",
                "spark.input")),
        Arguments.of(
            "dl4j.layer", Set.of("config", "nn", "nn.optimizer", "train", "model", "data.shard")),
        Arguments.of(
            "dl4j.fused",
            Set.of(
                "config",
                "data",
                "nn",
                "nn.optimizer",
                "train",
                "spark",
                "dl4j.layer",
                "spark.shard",
                "spark.source")),
        Arguments.of(
            "dl4j",
            Set.of(
                "config",
                "data",
                "nn",
                "comm",
                "comm.driver",
                "train",
                "train.state",
                "train.telemetry",
                "spark",
                "spark.ranks",
                "dl4j.layer",
                "dl4j.fused",
                "data.shard",
                "spark.shard")),
        Arguments.of(
            "dl4j.file",
            Set.of(
                "config",
                "data",
                "nn",
                "keras",
                "onnx",
                "train",
                "model",
                "dl4j.layer",
                "dl4j.fused",
                "dl4j",
                "data.shard")),
        Arguments.of(
            "ml.predict", Set.of("files", "nn", "nn.network", "onnx", "spark", "spark.version")),
        Arguments.of(
            "ml",
            Set.of(
                "config",
                "config.layer",
                "files",
                "data",
                "nn",
                "nn.network",
                "train",
                "checkpoint",
                "spark",
                "spark.ranks",
                "spark.source",
                "spark.shard",
                "spark.table",
                "spark.version",
                "ml.predict",
                "data.deal",
                "data.shard")),
        Arguments.of("experiment.registry", Set.of("files", "report")),
        Arguments.of(
            "experiment.rows",
            Set.of(
                "config",
                "config.layer",
                "files",
                "data",
                "report",
                "spark",
                "spark.source",
                "spark.input",
                "spark.table",
                "model")),
        Arguments.of(
            "experiment",
            Set.of(
                "config",
                "config.layer",
                "files",
                "data",
                "nn",
                "onnx",
                "report",
                "report.plot",
                "report.html",
                "train",
                "train.state",
                "train.telemetry",
                "checkpoint",
                "spark",
                "spark.ranks",
                "spark.source",
                "spark.table",
                "spark.shard",
                "model",
                "experiment.registry",
                "experiment.rows",
                "data.shard")),
        Arguments.of(
            "experiment.grid",
            Set.of(
                "config",
                "files",
                "report",
                "report.plot",
                "report.html",
                "experiment.registry",
                "experiment")),
        Arguments.of("tracking", Set.of("config", "report", "train", "experiment")),
        Arguments.of("live", Set.of("report", "report.html", "spark", "experiment")),
        Arguments.of("cli.process", Set.of("config", "files", "spark")),
        Arguments.of(
            "cli.options",
            Set.of(
                "config",
                "files",
                "data",
                "report",
                "comm.fold",
                "plan",
                "spark",
                "model",
                "experiment.registry",
                "experiment",
                "experiment.grid",
                "tracking",
                "live",
                "cli.process")),
        Arguments.of(
            "cli",
            Set.of(
                "config",
                "files",
                "data",
                "nn",
                "onnx",
                "report",
                "train",
                "comm.fold",
                "plan",
                "checkpoint",
                "spark",
                "spark.version",
                "spark.ranks",
                "spark.probe",
                "spark.source",
                "spark.input",
                "model",
                "experiment.registry",
                "experiment",
                "experiment.rows",
                "experiment.grid",
                "live",
                "cli.process",
                "cli.options",
                "data.deal",
                "data.shard")));
  }

  /** Each outside library with the packages that use it. */
  static Stream<Arguments> libraries() {
    return allLibraries()
        .map(row -> Arguments.of(row.get()[0], built((Set<?>) row.get()[1])))
        .filter(row -> !((Set<?>) row.get()[1]).isEmpty());
  }

  private static Set<String> built(Set<?> names) {
    return names.stream()
        .map(String.class::cast)
        .filter(PackageTable::isBuilt)
        .collect(Collectors.toSet());
  }

  private static Stream<Arguments> allLibraries() {
    return Stream.of(
        Arguments.of("com.typesafe.config..", Set.of("config", "config.layer")),
        Arguments.of("org.apache.hadoop.fs..", Set.of("files")),
        Arguments.of("dev.ludovic.netlib..", Set.of("nn")),
        Arguments.of("org.bytedeco..", Set.of("nn")),
        Arguments.of(
            "java.nio.channels..",
            Set.of("files", "comm", "comm.wire", "comm.connection", "comm.driver")),
        Arguments.of("javax.net.ssl..", Set.of("comm.wire", "comm.connection")),
        Arguments.of("org.knowm.xchart..", Set.of("report.plot")),
        Arguments.of("org.apache.xmlgraphics..", Set.of("report.plot")),
        Arguments.of("com.fasterxml.jackson..", Set.of("report", "keras", "spark")),
        Arguments.of("io.jhdf..", Set.of("keras")),
        Arguments.of("org.apache.commons.math3..", Set.of("report")),
        Arguments.of(
            "org.apache.spark..",
            Set.of(
                "spark",
                "spark.version",
                "spark.slots",
                "spark.ranks",
                "spark.probe",
                "spark.source",
                "spark.table",
                "spark.shard",
                "spark.input",
                "dl4j.fused",
                "dl4j",
                "ml.predict",
                "ml",
                "experiment",
                "experiment.rows",
                "experiment.grid",
                "tracking",
                "live",
                "cli.process",
                "cli.options",
                "cli")),
        Arguments.of("com.sun.net.httpserver..", Set.of("live")),
        Arguments.of(
            package$.MODULE$.SPARK_VERSION().startsWith("3")
                ? "javax.servlet.."
                : "jakarta.servlet..",
            Set.of("spark.version")),
        Arguments.of("com.esotericsoftware.kryo..", Set.of("spark")),
        Arguments.of("net.jpountz..", Set.of("spark.source")),
        Arguments.of("com.codahale.metrics..", Set.of("tracking")),
        Arguments.of(
            "scala..",
            Set.of(
                "spark",
                "spark.version",
                "spark.slots",
                "spark.ranks",
                "spark.source",
                "spark.table",
                "ml.predict",
                "ml",
                "tracking")),
        Arguments.of("org.nd4j..", Set.of("dl4j.layer", "dl4j.fused", "dl4j", "dl4j.file")),
        Arguments.of(
            "org.deeplearning4j..", Set.of("dl4j.layer", "dl4j.fused", "dl4j", "dl4j.file")),
        Arguments.of("org.mlflow..", Set.of("tracking")),
        Arguments.of("picocli..", Set.of("cli.options", "cli.process", "cli")),
        Arguments.of("me.tongfei..", Set.of("cli")));
  }
}
