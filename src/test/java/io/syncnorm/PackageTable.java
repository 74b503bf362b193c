package io.syncnorm;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What each package imports: exactly this, as {@link FencesTest} checks. */
final class PackageTable {
  private PackageTable() {}

  /** Each package with the packages of SyncNorm that it imports. Leaves import none. */
  static Stream<Arguments> imports() {
    return Stream.of(
        Arguments.of("config", Set.of()),
        Arguments.of("files", Set.of()),
        Arguments.of("data", Set.of()),
        Arguments.of("data.deal", Set.of("data")),
        Arguments.of("data.shard", Set.of("data", "data.deal")),
        Arguments.of("data.idx", Set.of("data", "files")),
        Arguments.of("nn", Set.of()),
        Arguments.of("comm.wire", Set.of()),
        Arguments.of("comm.fold", Set.of()),
        Arguments.of("comm.driver", Set.of("comm.wire", "comm.fold")),
        Arguments.of("comm", Set.of("comm.wire", "comm.fold", "comm.driver")),
        Arguments.of("report", Set.of()),
        Arguments.of("report.plot", Set.of("report")),
        Arguments.of("report.html", Set.of("report", "report.plot")),
        Arguments.of("train.state", Set.of("data")),
        Arguments.of("train.telemetry", Set.of("nn", "comm")),
        Arguments.of(
            "train",
            Set.of(
                "config",
                "data",
                "nn",
                "comm",
                "comm.fold",
                "data.deal",
                "data.shard",
                "train.state",
                "train.telemetry")),
        Arguments.of("checkpoint", Set.of("config", "files", "train", "train.state")),
        Arguments.of("spark", Set.of()),
        Arguments.of("spark.slots", Set.of("config", "nn", "comm", "train", "spark")),
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
        Arguments.of("spark.input", Set.of("data", "spark", "spark.source")),
        Arguments.of(
            "spark.table",
            Set.of("config", "files", "data", "spark", "spark.source", "spark.input")),
        Arguments.of("dl4j.layer", Set.of("config", "nn", "train", "data.shard")),
        Arguments.of(
            "dl4j.fused",
            Set.of("data", "nn", "train", "spark", "dl4j.layer", "spark.shard", "spark.source")),
        Arguments.of(
            "dl4j",
            Set.of(
                "config",
                "data",
                "nn",
                "comm",
                "train",
                "train.state",
                "spark",
                "spark.ranks",
                "dl4j.layer",
                "dl4j.fused",
                "data.shard",
                "spark.shard")),
        Arguments.of(
            "dl4j.file",
            Set.of(
                "config", "data", "nn", "train", "dl4j.layer", "dl4j.fused", "dl4j", "data.shard")),
        Arguments.of("ml.predict", Set.of("nn")),
        Arguments.of(
            "ml",
            Set.of(
                "config",
                "files",
                "data",
                "nn",
                "train",
                "checkpoint",
                "spark",
                "spark.ranks",
                "spark.source",
                "spark.shard",
                "spark.table",
                "ml.predict",
                "data.deal",
                "data.shard")),
        Arguments.of("experiment.registry", Set.of("files", "report")),
        Arguments.of(
            "experiment.rows",
            Set.of(
                "config",
                "files",
                "data",
                "report",
                "spark",
                "spark.source",
                "spark.input",
                "spark.table",
                "dl4j.file")),
        Arguments.of(
            "experiment",
            Set.of(
                "config",
                "files",
                "data",
                "nn",
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
                "dl4j.file",
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
        Arguments.of("cli.process", Set.of("config", "spark")),
        Arguments.of(
            "cli.options",
            Set.of(
                "config",
                "files",
                "data",
                "report",
                "spark",
                "dl4j.file",
                "experiment.registry",
                "experiment",
                "experiment.grid",
                "tracking",
                "cli.process")),
        Arguments.of(
            "cli",
            Set.of(
                "config",
                "files",
                "data",
                "nn",
                "report",
                "train",
                "checkpoint",
                "spark",
                "spark.ranks",
                "spark.source",
                "spark.input",
                "dl4j.layer",
                "dl4j.file",
                "experiment.registry",
                "experiment",
                "experiment.rows",
                "experiment.grid",
                "cli.process",
                "cli.options",
                "data.deal",
                "data.shard")));
  }

  /** Each outside library with the packages that use it. */
  static Stream<Arguments> libraries() {
    return Stream.of(
        Arguments.of("com.typesafe.config..", Set.of("config")),
        Arguments.of("org.apache.hadoop.fs..", Set.of("files")),
        Arguments.of("dev.ludovic.netlib..", Set.of("nn")),
        Arguments.of("org.bytedeco..", Set.of("nn", "dl4j.file")),
        Arguments.of("java.nio.channels..", Set.of("files", "comm", "comm.wire", "comm.driver")),
        Arguments.of("org.knowm.xchart..", Set.of("report.plot")),
        Arguments.of("org.apache.xmlgraphics..", Set.of("report.plot")),
        Arguments.of("com.fasterxml.jackson..", Set.of("report")),
        Arguments.of("org.apache.commons.math3..", Set.of("report")),
        Arguments.of(
            "org.apache.spark..",
            Set.of(
                "spark",
                "spark.slots",
                "spark.ranks",
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
                "cli.process",
                "cli.options",
                "cli")),
        Arguments.of("com.esotericsoftware.kryo..", Set.of("spark")),
        Arguments.of("net.jpountz..", Set.of("spark.source")),
        Arguments.of("com.codahale.metrics..", Set.of("tracking")),
        Arguments.of(
            "scala..",
            Set.of(
                "spark",
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
