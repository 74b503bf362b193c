package io.syncnorm.cli;

import io.syncnorm.cli.options.OutFolder;
import io.syncnorm.cli.options.RegistryOption;
import io.syncnorm.cli.options.StatusWord;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.cli.process.TextTable;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.SummaryCsv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows the registry; needs no Spark. Tables go to standard output, because they are the result.
 */
@Command(
    name = "runs",
    description = "Lists, shows, compares and removes the runs of an output folder.",
    subcommands = {
      RunsCommand.ListRuns.class,
      RunsCommand.Show.class,
      RunsCommand.Compare.class,
      PruneCommand.class
    })
final class RunsCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Reports that a subcommand is missing. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "runs needs a subcommand: expected one of list, show, compare, prune, found none");
  }

  /** The location of the registry. */
  static final class Source {
    @Option(
        names = "--out",
        paramLabel = "DIR",
        defaultValue = "runs",
        converter = OutFolder.class,
        description = "folder of the run directories (default: ${DEFAULT-VALUE})")
    private Path out;

    @Mixin private RegistryOption registry;

    @Option(names = "--json", description = "one line of JSON instead of a table")
    private boolean json;

    /** Read by {@link Main} before picocli parses the command line. */
    @Option(names = "--verbose", description = "print stack traces with errors")
    @SuppressWarnings("UnusedVariable")
    private boolean verbose;

    Path out() {
      return out;
    }

    boolean json() {
      return json;
    }

    Registry registry() {
      return registry.registry(out);
    }

    /** The location of the registry. */
    String place() {
      return registry.place(out);
    }

    /** Prints the result of a command. */
    int print(Object record, Supplier<TextTable> table) {
      if (json) {
        StandardOutput.printLine(Json.line(record));
      } else {
        StandardOutput.printText(table.get().text());
      }
      return ExitCode.DONE.code();
    }

    /** Finds runs by name, or by a unique beginning or end of a name. */
    List<RunRecord> named(List<String> names, CommandSpec command) {
      Map<String, RunRecord> records = registry().records();
      List<RunRecord> found = new ArrayList<>();
      for (String name : names) {
        List<RunRecord> fitting =
            records.containsKey(name)
                ? List.of(records.get(name))
                : records.values().stream()
                    .filter(r -> r.run().startsWith(name) || r.run().endsWith(name))
                    .toList();
        if (fitting.size() != 1) {
          throw new ParameterException(
              command.commandLine(),
              String.format(
                  Locale.ROOT,
                  "expected one run, found %d named %s in %s; runs list shows all",
                  fitting.size(),
                  name,
                  place()));
        }
        found.add(fitting.get(0));
      }
      return found;
    }
  }

  @Command(name = "list", description = "Lists all runs, oldest first.")
  static final class ListRuns implements Callable<Integer> {
    @Mixin private Source source;

    @Option(names = "--experiment", paramLabel = "NAME", description = "only runs of this grid")
    private String experiment;

    @Option(
        names = "--status",
        paramLabel = "WORD",
        converter = StatusWord.class,
        description = "only runs with this status: started, done, failed, interrupted or pruned")
    private RunEvent.Kind status;

    @Override
    public Integer call() {
      List<RunRecord> records =
          source.registry().records().values().stream()
              .filter(record -> experiment == null || record.experiment().equals(experiment))
              .filter(record -> status == null || record.is(status))
              .toList();
      int code = source.print(records, () -> table(records));
      if (records.isEmpty() && !source.json()) { // such as for a mistyped folder or option value
        System.err.println("no matching run in " + source.place());
      }
      return code;
    }

    private static TextTable table(List<RunRecord> records) {
      TextTable table =
          new TextTable("run", "status", "experiment", "test accuracy", "seconds", "ended", "cell");
      for (RunRecord record : records) {
        table.add(
            List.of(
                record.run(),
                record.status(),
                record.experiment(),
                accuracies(record),
                record.ended().isEmpty()
                    ? ""
                    : String.format(Locale.ROOT, "%.1f", record.wallSeconds()),
                record.ended(),
                SummaryCsv.cell(record.cell())));
      }
      return table;
    }
  }

  static String accuracies(RunRecord record) {
    return String.join(
        " ",
        record.models().stream()
            .map((ModelResult model) -> String.format(Locale.ROOT, "%.4f", model.testAccuracy()))
            .toList());
  }

  @Command(name = "show", description = "Shows everything the registry knows about one run.")
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Source source;

    @Parameters(paramLabel = "RUN", description = "name of the run, or its beginning or end")
    private String name;

    @Override
    public Integer call() {
      RunRecord record = source.named(List.of(name), spec).get(0);
      return source.print(record, () -> table(record));
    }

    private static TextTable table(RunRecord record) {
      TextTable table = new TextTable("run", record.run());
      facts(record).forEach((key, value) -> table.add(List.of(key, value)));
      record.settings().forEach((key, value) -> table.add(List.of(key, value)));
      return table;
    }
  }

  /** The facts shown for a run besides its settings. */
  static Map<String, String> facts(RunRecord record) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("status", record.status());
    facts.put("experiment", record.experiment());
    facts.put("cell", SummaryCsv.cell(record.cell()));
    facts.put("command", record.command());
    facts.put("message", record.message());
    facts.put("failures", String.valueOf(record.failures()));
    facts.put("started", record.started());
    facts.put("ended", record.ended());
    for (ModelResult model : record.models()) {
      facts.put(
          model.name(),
          String.format(
              Locale.ROOT,
              "test accuracy %.4f, test loss %.4f, %d epochs, %.3f s per epoch",
              model.testAccuracy(),
              model.testLoss(),
              model.epochs(),
              model.secondsPerEpoch()));
    }
    return facts;
  }

  @Command(
      name = "compare",
      description = "Compares runs side by side: settings that differ, and results.")
  static final class Compare implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Source source;

    @Parameters(
        paramLabel = "RUN",
        arity = "2..*",
        description = "names of runs, or their beginnings or ends")
    private List<String> names;

    @Override
    public Integer call() {
      List<RunRecord> records = source.named(names, spec);
      return source.print(records, () -> table(records));
    }

    private static TextTable table(List<RunRecord> records) {
      List<String> head = new ArrayList<>(List.of(""));
      records.forEach(record -> head.add(record.run()));
      TextTable table = new TextTable(head.toArray(String[]::new));
      Set<String> keys = new LinkedHashSet<>();
      records.forEach(record -> keys.addAll(record.settings().keySet()));
      keys.forEach(
          key -> addIfDifferent(table, key, records, r -> r.settings().getOrDefault(key, "")));
      Set<String> facts = new LinkedHashSet<>();
      records.forEach(record -> facts.addAll(facts(record).keySet()));
      facts.forEach(
          key -> addIfDifferent(table, key, records, r -> facts(r).getOrDefault(key, "")));
      return table;
    }

    private static void addIfDifferent(
        TextTable table, String key, List<RunRecord> records, Function<RunRecord, String> value) {
      List<String> row = new ArrayList<>(List.of(key));
      records.forEach(record -> row.add(value.apply(record)));
      if (row.stream().skip(1).distinct().count() > 1) {
        table.add(row);
      }
    }
  }
}
