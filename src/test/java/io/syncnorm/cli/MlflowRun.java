package io.syncnorm.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A run as {@link MlflowServer} stores it, within MLflow's limits. */
final class MlflowRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_PARAMS = 100;
  private static final int MOST_METRICS = 1000;
  private static final int LONGEST_TAG = 5000;
  private static final Pattern NAME = Pattern.compile("[\\w.\\- /]{1,250}");

  final Map<String, String> tags = new HashMap<>();
  final Map<String, String> params = new HashMap<>();
  final List<JsonNode> metrics = new ArrayList<>();
  String status = "RUNNING";
  boolean isDeleted;
  private final String id;

  MlflowRun(String id) {
    this.id = id;
  }

  ObjectNode info() {
    return JSON.createObjectNode()
        .put("run_id", id)
        .put("experiment_id", "7")
        .put("status", status);
  }

  void requireActive() {
    if (isDeleted) {
      throw MlflowRefusal.invalid(
          "The run %s must be in the 'active' state. Current state is deleted.".formatted(id));
    }
  }

  /** Logs everything or, if anything is rejected, nothing. */
  void log(JsonNode batch, int longestParam) {
    if (batch.path("params").size() > MOST_PARAMS
        || batch.path("tags").size() > MOST_PARAMS
        || batch.path("metrics").size() > MOST_METRICS) {
      throw MlflowRefusal.invalid(
          "A batch logging request can contain at most 1000 metrics, 100 params");
    }
    for (JsonNode param : batch.path("params")) {
      requireName(param);
      String value = param.path("value").asText();
      String before = params.getOrDefault(param.path("key").asText(), value);
      if (!before.equals(value)) {
        throw MlflowRefusal.invalid(
            "Changing param values is not allowed. Params were already logged='[{'key': '%s', 'old value': '%s', 'new value': '%s'}]'"
                .formatted(param.path("key").asText(), before, value));
      }
      if (value.length() > longestParam) {
        throw MlflowRefusal.invalid("Param value exceeds the maximum length of " + longestParam);
      }
    }
    batch.path("metrics").forEach(MlflowRun::requireName);
    batch.path("tags").forEach(this::setTag);
    batch
        .path("params")
        .forEach(param -> params.put(param.path("key").asText(), param.path("value").asText()));
    batch.path("metrics").forEach(metrics::add);
  }

  void setTag(JsonNode tag) {
    requireName(tag);
    if (tag.path("value").asText().length() > LONGEST_TAG) {
      throw MlflowRefusal.invalid("Tag value exceeds the maximum length");
    }
    tags.put(tag.path("key").asText(), tag.path("value").asText());
  }

  private static void requireName(JsonNode entity) {
    String name = entity.path("key").asText();
    if (!NAME.matcher(name).matches()) {
      throw MlflowRefusal.invalid("Invalid name: '%s'".formatted(name));
    }
  }
}
