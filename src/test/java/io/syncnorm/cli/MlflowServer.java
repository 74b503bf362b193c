package io.syncnorm.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The part of MLflow's REST API 2.0 that the client uses here, as documented, in memory. */
final class MlflowServer implements AutoCloseable {
  private static final String API = "/api/2.0/mlflow/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, String> runsByTag = new HashMap<>();
  private final Map<String, String> params = new HashMap<>();
  private final List<JsonNode> metrics = new ArrayList<>();
  private String experiment = "";
  private String status = "";

  private record Answer(int code, String body) {
    static Answer ok(String body) {
      return new Answer(200, body);
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

  synchronized String experiment() {
    return experiment;
  }

  synchronized int runs() {
    return runsByTag.size();
  }

  synchronized String status() {
    return status;
  }

  synchronized String param(String key) {
    return params.get(key);
  }

  /** All values that were logged of a metric at a step. */
  synchronized List<Double> metric(String key, int step) {
    return metrics.stream()
        .filter(metric -> metric.path("key").asText().equals(key))
        .filter(metric -> metric.path("step").asInt() == step)
        .map(metric -> metric.path("value").asDouble())
        .toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(API.length());
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    Answer answer;
    synchronized (this) {
      answer = answer(path, body);
    }
    byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Answer answer(String path, JsonNode body) {
    switch (path) {
      case "experiments/get-by-name" -> {
        return experiment.isEmpty()
            ? new Answer(404, "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"none\"}")
            : Answer.ok(
                "{\"experiment\":{\"experiment_id\":\"7\",\"name\":\"%s\"}}".formatted(experiment));
      }
      case "experiments/create" -> {
        experiment = body.path("name").asText();
        return Answer.ok("{\"experiment_id\":\"7\"}");
      }
      case "runs/search" -> {
        String filter = body.path("filter").asText();
        for (Map.Entry<String, String> run : runsByTag.entrySet()) {
          if (filter.equals("tags.`syncnorm.run` = '%s'".formatted(run.getKey()))) {
            return Answer.ok("{\"runs\":[{%s}]}".formatted(info(run.getValue())));
          }
        }
        return Answer.ok("{}");
      }
      case "runs/create" -> {
        String id = "run" + runsByTag.size();
        runsByTag.put(body.at("/tags/0/value").asText(), id);
        return Answer.ok("{\"run\":{%s}}".formatted(info(id)));
      }
      case "runs/log-batch" -> {
        body.path("metrics").forEach(metrics::add);
        body.path("params")
            .forEach(p -> params.put(p.path("key").asText(), p.path("value").asText()));
        return Answer.ok("{}");
      }
      case "runs/update" -> {
        status = body.path("status").asText();
        return Answer.ok("{\"run_info\":{\"run_id\":\"run0\"}}");
      }
      case "runs/set-tag", "metrics/get-history" -> {
        return Answer.ok("{}");
      }
      default -> {
        return new Answer(
            404, "{\"error_code\":\"ENDPOINT_NOT_FOUND\",\"message\":\"%s\"}".formatted(path));
      }
    }
  }

  private static String info(String id) {
    return "\"info\":{\"run_id\":\"%s\",\"experiment_id\":\"7\",\"status\":\"RUNNING\"}"
        .formatted(id);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
