package io.syncnorm.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The result of a run: the content of {@code result.json}, with the fields in this order.
 *
 * @param status one word, such as {@code done} or {@code diverged}
 * @param run name of the run directory
 * @param seed seed of the run
 * @param world number of ranks
 * @param blas the BLAS in use
 * @param data path of each data file and its SHA-256 in hex, in display order
 * @param sparkVersion version of Spark at run time
 * @param models the models in the order in which they were trained
 * @param wallSeconds wall time of the whole run
 * @param baselines learners of other libraries, trained for comparison; not written if empty
 * @param classes names of the classes; not written if empty, when classes are numbers
 * @param hosts on how many hosts the models were trained, from when on, since the last start of the
 *     run; not written if empty
 */
public record RunResult(
    String status,
    String run,
    long seed,
    int world,
    String blas,
    Map<String, String> data,
    String sparkVersion,
    List<ModelResult> models,
    double wallSeconds,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Baseline> baselines,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> classes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Hosts> hosts) {

  /** Copies the collections, keeping the order of {@code data}. */
  public RunResult {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(blas, "blas");
    Objects.requireNonNull(sparkVersion, "sparkVersion");
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    models = List.copyOf(models);
    // Missing in files of older versions.
    baselines = baselines == null ? List.of() : List.copyOf(baselines);
    classes = classes == null ? List.of() : List.copyOf(classes);
    hosts = hosts == null ? List.of() : List.copyOf(hosts);
  }

  /**
   * The ranks of a model train on a number of hosts from here on.
   *
   * @param epoch epochs completed before
   * @param step steps of the next epoch completed before; 0 between epochs
   * @param seconds from the start of the run to the end of the first step
   * @param hosts number of hosts: task slots that run ranks
   * @param why {@code start}, or what interrupted the ranks before
   * @param pause without a step before the first one
   */
  public record Hosts(
      String model, int epoch, int step, double seconds, int hosts, String why, Pause pause) {
    /** Returns the entries without the first of each model: those that interrupted its training. */
    public static List<Hosts> changes(List<Hosts> all) {
      Set<String> begun = new HashSet<>();
      return all.stream().filter(each -> !begun.add(each.model)).toList();
    }
  }

  /**
   * A pause; its parts add up to it.
   *
   * @param endingSeconds until all ranks had ended
   * @param slotsSeconds until there were task slots
   * @param startingSeconds until all ranks had joined
   * @param dataSeconds until the first step was done
   */
  public record Pause(
      double seconds,
      double endingSeconds,
      double slotsSeconds,
      double startingSeconds,
      double dataSeconds) {}
}
