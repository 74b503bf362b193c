package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.config.Configuration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check",
    description = "Looks, before a run, at all that it needs, and lists every fault at once.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    List<Preflight.Finding> findings;
    try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
      findings = new Preflight(spark, configuration, options.out()).findings();
    }
    for (Preflight.Finding finding : findings) {
      System.err.printf(
          "%-5s  %-18s  %s%n",
          finding.isFault() ? "FAULT" : "ok", finding.subject(), finding.text());
    }
    StandardOutput.printLine(Preflight.toJsonLine(findings));
    return findings.stream()
        .filter(Preflight.Finding::isFault)
        .findFirst()
        .map(Preflight.Finding::code)
        .orElse(ExitCode.DONE)
        .code();
  }
}
