package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.config.Configuration;
import io.syncnorm.report.CheckResult;
import io.syncnorm.report.Json;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check",
    description =
        "Inspects everything that a run needs, reads all rows once, shows schema, counts and a sample row, and lists all faults at once.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    Preflight preflight;
    CheckResult result;
    try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
      preflight = new Preflight(spark, configuration, options.out(), options::say);
      result = preflight.result();
    }
    for (CheckResult.Item item : result.checks()) {
      System.err.printf(
          "%-5s  %-18s  %s%n", item.ok() ? "ok" : "FAULT", item.subject(), item.text());
    }
    StandardOutput.printLine(Json.line(result));
    return preflight.code().code();
  }
}
