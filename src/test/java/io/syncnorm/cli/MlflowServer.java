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
  private static final Pattern BY_TAG = Pattern.compile("tags\\.`([^`]+)` = '([^']*)'");

  private final HttpServer server;
  private final Map<String, MlflowRun> runs = new LinkedHashMap<>();
  private String experiment = "";
  private String experimentStage = "active";
  private int longestParam = 6000;
  private int callsToDrop;

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

  private MlflowRun newest() {
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
      } catch (MlflowRefusal e) {
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
          throw MlflowRefusal.missing("Could not find experiment with name");
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
        MlflowRun run = new MlflowRun(id);
        runs.put(id, run);
        body.path("tags").forEach(run::setTag);
        answer.set("run", JSON.createObjectNode().set("info", run.info()));
      }
      case "runs/log-batch" -> active(body.path("run_id").asText()).log(body, longestParam);
      case "runs/update" -> {
        MlflowRun run = active(body.path("run_id").asText());
        run.status = body.path("status").asText();
        answer.set("run_info", run.info());
      }
      case "runs/set-tag" -> active(body.path("run_id").asText()).setTag(body);
      case "metrics/get-history" -> {
        String key = query.replaceAll(".*metric_key=([^&]*).*", "$1");
        ArrayNode metrics = answer.putArray("metrics");
        active(query.replaceAll(".*run_id=([^&]*).*", "$1")).metrics.stream()
            .filter(metric -> metric.path("key").asText().equals(key))
            .forEach(metrics::add);
      }
      default -> throw new MlflowRefusal(404, "ENDPOINT_NOT_FOUND", path);
    }
    return answer;
  }

  private void search(String filter, ArrayNode found) {
    Matcher tag = BY_TAG.matcher(filter);
    if (!tag.matches()) {
      throw MlflowRefusal.invalid("Invalid filter: " + filter);
    }
    runs.values().stream()
        .filter(run -> !run.isDeleted && tag.group(2).equals(run.tags.get(tag.group(1))))
        .forEach(run -> found.addObject().set("info", run.info()));
  }

  private MlflowRun active(String id) {
    MlflowRun run = runs.get(id);
    if (run == null) {
      throw MlflowRefusal.missing("Run with id=%s not found".formatted(id));
    }
    run.requireActive();
    return run;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
