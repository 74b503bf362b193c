package io.syncnorm.submit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * The Spark operator's resource definitions v1beta2 of the fields that the manifests use: types of
 * values, minimums, allowed words, required fields. From {@code api/v1beta2} of
 * kubeflow/spark-operator, and Kubernetes' core/v1 for volumes and security. A cluster silently
 * drops unknown fields, so any other field is a fault.
 */
final class OperatorSchema {
  /** Adds the faults of the value at a path. */
  private interface Rule {
    void check(String path, JsonNode value, List<String> faults);
  }

  private static final Rule TEXT =
      (path, value, faults) -> {
        if (!value.isTextual()) {
          faults.add("%s: expected text, found %s".formatted(path, value));
        }
      };

  private static final Rule MOUNT =
      fields(Set.of("name", "mountPath"), Map.of("name", TEXT, "mountPath", TEXT));

  private static final Rule VOLUME =
      fields(
          Set.of("name"),
          Map.of(
              "name",
              TEXT,
              "persistentVolumeClaim",
              fields(Set.of("claimName"), Map.of("claimName", TEXT))));

  private static final Map<String, Rule> POD =
      Map.of(
          "cores",
          whole(1),
          "memory",
          TEXT,
          "memoryOverhead",
          TEXT,
          "serviceAccount",
          TEXT,
          "podSecurityContext",
          fields(Set.of(), Map.of("fsGroup", whole(0))),
          "volumeMounts",
          listOf(MOUNT));

  private static final Rule RESTART =
      fields(
          Set.of(),
          Map.of(
              "type", word("Never", "Always", "OnFailure"),
              "onFailureRetries", whole(0),
              "onFailureRetryInterval", whole(1),
              "onSubmissionFailureRetries", whole(0),
              "onSubmissionFailureRetryInterval", whole(1)));

  private static final Rule APPLICATION =
      fields(
          Set.of("type", "sparkVersion", "mainApplicationFile", "driver", "executor"),
          Map.ofEntries(
              Map.entry("type", word("Java", "Python", "Scala", "R")),
              Map.entry("mode", word("cluster", "client")),
              Map.entry("sparkVersion", TEXT),
              Map.entry("image", TEXT),
              Map.entry("imagePullPolicy", word("Always", "IfNotPresent", "Never")),
              Map.entry("mainClass", TEXT),
              Map.entry("mainApplicationFile", TEXT),
              Map.entry("arguments", listOf(TEXT)),
              Map.entry("restartPolicy", RESTART),
              Map.entry("sparkConf", OperatorSchema::texts),
              Map.entry("volumes", listOf(VOLUME)),
              Map.entry("driver", fields(Set.of(), POD)),
              Map.entry("executor", fields(Set.of(), with(POD, "instances", whole(1))))));

  private static final Rule SCHEDULE =
      fields(
          Set.of("schedule", "template"),
          Map.of(
              "schedule", TEXT,
              "template", APPLICATION,
              "concurrencyPolicy", word("Allow", "Forbid", "Replace"),
              "successfulRunHistoryLimit", whole(0),
              "failedRunHistoryLimit", whole(0)));

  private OperatorSchema() {}

  /** Returns the faults of a SparkApplication's or ScheduledSparkApplication's {@code spec}. */
  static List<String> faults(String kind, JsonNode spec) {
    List<String> faults = new ArrayList<>();
    (kind.equals("SparkApplication") ? APPLICATION : SCHEDULE).check("spec", spec, faults);
    return faults;
  }

  private static Rule fields(Set<String> required, Map<String, Rule> known) {
    return (path, value, faults) -> {
      if (!value.isObject()) {
        faults.add("%s: expected fields, found %s".formatted(path, value));
        return;
      }
      required.stream()
          .filter(name -> !value.has(name))
          .forEach(name -> faults.add("%s.%s: missing".formatted(path, name)));
      value
          .fields()
          .forEachRemaining(
              field ->
                  known
                      .getOrDefault(field.getKey(), (at, any, all) -> all.add(at + ": unknown"))
                      .check(path + "." + field.getKey(), field.getValue(), faults));
    };
  }

  private static Rule listOf(Rule element) {
    return (path, value, faults) -> {
      if (!value.isArray()) {
        faults.add("%s: expected a list, found %s".formatted(path, value));
      }
      for (int i = 0; i < value.size(); i++) {
        element.check(String.format(Locale.ROOT, "%s[%d]", path, i), value.path(i), faults);
      }
    };
  }

  /** Any names, with text values. */
  private static void texts(String path, JsonNode value, List<String> faults) {
    value
        .fields()
        .forEachRemaining(
            field -> TEXT.check(path + "." + field.getKey(), field.getValue(), faults));
  }

  private static Rule whole(int smallest) {
    return (path, value, faults) -> {
      if (!value.isInt() || value.intValue() < smallest) {
        faults.add(
            String.format(
                Locale.ROOT,
                "%s: expected a whole number from %d, found %s",
                path,
                smallest,
                value));
      }
    };
  }

  private static Rule word(String... words) {
    return (path, value, faults) -> {
      if (!value.isTextual() || !List.of(words).contains(value.textValue())) {
        faults.add("%s: expected one of %s, found %s".formatted(path, List.of(words), value));
      }
    };
  }

  private static Map<String, Rule> with(Map<String, Rule> rules, String name, Rule rule) {
    Map<String, Rule> more = new HashMap<>(rules);
    more.put(name, rule);
    return Map.copyOf(more);
  }
}
