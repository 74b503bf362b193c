package io.syncnorm.cli;

import io.syncnorm.cli.options.StatusWord;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.experiment.Pruning;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "prune",
    description = {
      "Removes files that are no longer needed. Without --yes, only lists what it would remove.",
      "By default these are the checkpoints of finished runs: only runs with more epochs use them."
    })
final class PruneCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger("io.syncnorm");

  @Mixin private RunsCommand.Source source;

  @Option(
      names = "--status",
      paramLabel = "WORD",
      converter = StatusWord.class,
      description =
          "instead, the directories of runs with this status: failed, interrupted, started or done")
  private RunEvent.Kind status;

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      defaultValue = "0",
      description = "only runs without events for this number of days (default: ${DEFAULT-VALUE})")
  private int days;

  @Option(names = "--yes", description = "remove them")
  private boolean yes;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    if (days < 0) {
      throw new ParameterException(
          command.commandLine(), "--older-than must be at least 0: found --older-than=" + days);
    }
    Instant before = Instant.now().minus(Duration.ofDays(days));
    Registry registry = source.registry();
    Map<RunRecord, Long> pruned = new LinkedHashMap<>();
    registry.batch(
        () -> {
          for (RunRecord record : registry.records().values()) {
            boolean meant = status == null ? record.isDone() : record.is(status);
            long size = meant && lastEvent(record).isBefore(before) ? prune(registry, record) : 0;
            if (size > 0) {
              pruned.put(record, size);
            }
          }
        });
    long bytes = pruned.values().stream().mapToLong(Long::longValue).sum();
    LOG.info("{} {} MB of {} runs", yes ? "removed" : "would remove", bytes >> 20, pruned.size());
    if (source.json()) {
      StandardOutput.printLine(Json.line(List.copyOf(pruned.keySet())));
    } else {
      StandardOutput.printText(
          String.join("", pruned.keySet().stream().map(record -> record.run() + "\n").toList()));
    }
    return ExitCode.DONE.code();
  }

  private static Instant lastEvent(RunRecord record) {
    return Instant.parse(record.ended().isEmpty() ? record.started() : record.ended());
  }

  /** The bytes that are, or would be, removed; 0 if another process holds the run. */
  private long prune(Registry registry, RunRecord record) {
    Path directory = source.out().resolve(record.run());
    Pruning pruning = new Pruning(directory);
    try {
      if (!yes) {
        return status == null ? pruning.checkpointBytes() : pruning.allBytes();
      }
      return status == null ? pruning.removeCheckpoints() : pruning.removeAll(registry, record);
    } catch (RunDirectory.BusyException e) {
      LOG.warn("skipping {}: another process is using it", directory);
      return 0;
    }
  }
}
