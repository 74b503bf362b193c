package io.syncnorm.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An in-memory server of the part of MLflow's documented REST API 2.0 that the client uses. It
 * rejects what MLflow's own server rejects: another value of a param, more entities in a request
 * than its limits, invalid names, values that are too long, and runs that were deleted or do not
 * exist.
 */
final class MlflowServer implements AutoCloseable {
  private static final String API = "/api/2.0/mlflow/";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_PARAMS = 100;
  private static final int MOST_METRICS = 1000;
  private static final int LONGEST_TAG = 5000;
  private static final Pattern NAME = Pattern.compile("[\\w.\\- /]{1,250}");
  private static final Pattern BY_TAG = Pattern.compile("tags\\.`([^`]+)` = '([^']*)'");

  private final HttpServer server;
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private String experiment = "";
  private String experimentStage = "active";
  private int longestParam = 6000;
  private int callsToDrop;

  /** A run as the server stores it. */
  private static final class Run {
    final Map<String, String> tags = new HashMap<>();
    final Map<String, String> params = new HashMap<>();
    final List<JsonNode> metrics = new ArrayList<>();
    String status = "RUNNING";
    boolean isDeleted;
  }

  /** An error response of the server. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final int code;

    Refusal(int code, String error, String message) {
      super(JSON.createObjectNode().put("error_code", error).put("message", message).toString());
      this.code = code;
    }

    static Refusal invalid(String message) {
      return new Refusal(400, "INVALID_PARAMETER_VALUE", message);
    }

    static Refusal missing(String message) {
      return new Refusal(404, "RESOURCE_DOES_NOT_EXIST", message);
    }
  }

  private MlflowServer(HttpServer server) {
    this.server = server;
    server.createContext(API, this::answer);
    server.start();
  }

  static MlflowServer start() throws IOException {
    return new MlflowServer(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Drops the connection for this number of calls. */
  synchronized void dropCalls(int count) {
    callsToDrop = count;
  }

  /** Limits params to a shorter length, as older servers do. */
  synchronized void takeParamsUpTo(int length) {
    longestParam = length;
  }

  synchronized void deleteRuns() {
    runs.values().forEach(run -> run.isDeleted = true);
  }

  synchronized void deleteExperiment(String name) {
    experiment = name;
    experimentStage = "deleted";
  }

  synchronized void restoreExperiment() {
    experimentStage = "active";
  }

  /**
   * Waits until the newest of this number of runs has its params; the test's timeout ends the wait.
   */
  synchronized void awaitRuns(int count) {
    try {
      while (runs.size() < count || newest().params.isEmpty()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("no run came", e);
    }
  }

  synchronized String experiment() {
    return experiment;
  }

  synchronized int runs() {
    return runs.size();
  }

  /** Returns a value of the newest run. */
  synchronized String status() {
    return newest().status;
  }

  synchronized String param(String key) {
    return newest().params.get(key);
  }

  synchronized String tag(String key) {
    return newest().tags.get(key);
  }

  /** All values that were logged of a metric at a step. */
  synchronized List<Double> metric(String key, int step) {
    return newest().metrics.stream()
        .filter(metric -> metric.path("key").asText().equals(key))
        .filter(metric -> metric.path("step").asInt() == step)
        .map(metric -> metric.path("value").asDouble())
        .toList();
  }

  private Run newest() {
    return List.copyOf(runs.values()).get(runs.size() - 1);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(API.length());
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    int code = 200;
    String answer;
    synchronized (this) {
      if (callsToDrop > 0) {
        callsToDrop--;
        exchange.close();
        return;
      }
      try {
        answer = answer(path, exchange.getRequestURI().getQuery(), body).toString();
      } catch (Refusal e) {
        code = e.code;
        answer = e.getMessage();
      }
      notifyAll();
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private ObjectNode answer(String path, String query, JsonNode body) {
    ObjectNode answer = JSON.createObjectNode();
    switch (path) {
      case "experiments/get-by-name" -> {
        if (experiment.isEmpty()) {
          throw Refusal.missing("Could not find experiment with name");
        }
        answer
            .putObject("experiment")
            .put("experiment_id", "7")
            .put("name", experiment)
            .put("lifecycle_stage", experimentStage);
      }
      case "experiments/create" -> {
        experiment = body.path("name").asText();
        answer.put("experiment_id", "7");
      }
      case "runs/search" -> search(body.path("filter").asText(), answer.putArray("runs"));
      case "runs/create" -> {
        String id = "run" + runs.size();
        Run run = new Run();
        runs.put(id, run);
        body.path("tags").forEach(tag -> setTag(run, tag));
        answer.set("run", JSON.createObjectNode().set("info", info(id, run)));
      }
      case "runs/log-batch" -> logBatch(active(body.path("run_id").asText()), body);
      case "runs/update" -> {
        String id = body.path("run_id").asText();
        active(id).status = body.path("status").asText();
        answer.set("run_info", info(id, runs.get(id)));
      }
      case "runs/set-tag" -> setTag(active(body.path("run_id").asText()), body);
      case "metrics/get-history" -> {
        String key = query.replaceAll(".*metric_key=([^&]*).*", "$1");
        ArrayNode metrics = answer.putArray("metrics");
        active(query.replaceAll(".*run_id=([^&]*).*", "$1")).metrics.stream()
            .filter(metric -> metric.path("key").asText().equals(key))
            .forEach(metrics::add);
      }
      default -> throw new Refusal(404, "ENDPOINT_NOT_FOUND", path);
    }
    return answer;
  }

  private void search(String filter, ArrayNode found) {
    Matcher tag = BY_TAG.matcher(filter);
    if (!tag.matches()) {
      throw Refusal.invalid("Invalid filter: " + filter);
    }
    runs.forEach(
        (id, run) -> {
          if (!run.isDeleted && tag.group(2).equals(run.tags.get(tag.group(1)))) {
            found.addObject().set("info", info(id, run));
          }
        });
  }

  /** Logs everything or, if anything is rejected, nothing. */
  private void logBatch(Run run, JsonNode body) {
    if (body.path("params").size() > MOST_PARAMS
        || body.path("tags").size() > MOST_PARAMS
        || body.path("metrics").size() > MOST_METRICS) {
      throw Refusal.invalid("A batch logging request can contain at most 1000 metrics, 100 params");
    }
    for (JsonNode param : body.path("params")) {
      requireName(param);
      String value = param.path("value").asText();
      String before = run.params.getOrDefault(param.path("key").asText(), value);
      if (!before.equals(value)) {
        throw Refusal.invalid(
            "Changing param values is not allowed. Params were already logged='[{'key': '%s', 'old value': '%s', 'new value': '%s'}]'"
                .formatted(param.path("key").asText(), before, value));
      }
      if (value.length() > longestParam) {
        throw Refusal.invalid("Param value exceeds the maximum length of " + longestParam);
      }
    }
    body.path("metrics").forEach(MlflowServer::requireName);
    body.path("tags").forEach(tag -> setTag(run, tag));
    body.path("params")
        .forEach(param -> run.params.put(param.path("key").asText(), param.path("value").asText()));
    body.path("metrics").forEach(run.metrics::add);
  }

  private Run active(String id) {
    Run run = runs.get(id);
    if (run == null) {
      throw Refusal.missing("Run with id=%s not found".formatted(id));
    }
    if (run.isDeleted) {
      throw Refusal.invalid(
          "The run %s must be in the 'active' state. Current state is deleted.".formatted(id));
    }
    return run;
  }

  private static void setTag(Run run, JsonNode tag) {
    requireName(tag);
    if (tag.path("value").asText().length() > LONGEST_TAG) {
      throw Refusal.invalid("Tag value exceeds the maximum length");
    }
    run.tags.put(tag.path("key").asText(), tag.path("value").asText());
  }

  private static void requireName(JsonNode entity) {
    String name = entity.path("key").asText();
    if (!NAME.matcher(name).matches()) {
      throw Refusal.invalid("Invalid name: '%s'".formatted(name));
    }
  }

  private static ObjectNode info(String id, Run run) {
    return JSON.createObjectNode()
        .put("run_id", id)
        .put("experiment_id", "7")
        .put("status", run.status);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
