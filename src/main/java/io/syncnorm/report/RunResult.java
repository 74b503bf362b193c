package io.syncnorm.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> classes) {

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
  }
}
