package io.syncnorm.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * An HTTP server on this machine's loopback interface for those who know its token: 128 random
 * bits, the first part of each path. Requests are answered by a few daemon threads of its own; what
 * exceeds them is refused, and a connection whose request or response takes too long is closed.
 *
 * <p>A web page of another site cannot ask for anything: its script does not know the token, and a
 * name of its own that leads here (DNS rebinding) is refused, because the host of a request must be
 * a name of the loopback interface. Its port is not checked: it is another one behind a tunnel.
 */
final class LiveServer implements AutoCloseable {
  private static final int TOKEN_BYTES = 16;
  private static final int THREADS = 4;
  private static final int WAITING = 32;

  /** Limits of the JDK's server, which can only be set for all servers of a process. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10", // seconds
          "sun.net.httpserver.maxRspTime", "30",
          "jdk.httpserver.maxConnections", "64");

  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

  /** What the server serves: complete bodies of HTML. */
  interface Pages {
    /** The page. */
    String page();

    /**
     * What the page needs to show the state of now.
     *
     * @param shown revision that it shows
     */
    String state(int shown);
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final byte[] token;
  private final Pages pages;
  private final String policy;

  private LiveServer(HttpServer server, byte[] token, Pages pages, String policy) {
    this.server = server;
    this.token = token;
    this.pages = pages;
    this.policy = policy;
    AtomicInteger count = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            work -> {
              Thread thread = new Thread(work, "live-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Starts a server.
   *
   * @param port 0 for any free one
   * @param policy value of {@code Content-Security-Policy}
   * @throws IOException if it cannot listen on the port, such as {@link java.net.BindException} if
   *     the port is in use
   */
  static LiveServer start(int port, Pages pages, String policy) throws IOException {
    LIMITS.forEach(System.getProperties()::putIfAbsent);
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] token = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer http = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    LiveServer server = new LiveServer(http, token, pages, policy);
    http.setExecutor(server.threads);
    http.createContext("/", server::answer);
    http.start();
    return server;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The URL of the page. */
  String address() {
    return String.format(
        Locale.ROOT,
        "http://127.0.0.1:%d/%s/",
        port(),
        new String(token, StandardCharsets.US_ASCII));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Cache-Control", "no-store");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      headers.set("Content-Security-Policy", policy);
      String host = exchange.getRequestHeaders().getFirst("Host");
      Optional<String> path = pathBelowToken(exchange.getRequestURI().getRawPath());
      if (host == null || !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
        refuse(exchange, 403, "expected a host of the loopback interface, such as localhost");
      } else if (path.isEmpty()) {
        refuse(exchange, 404, "not found: the address of the live view is in the run's log");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        headers.set("Allow", "GET");
        refuse(exchange, 405, "expected the method GET");
      } else if (path.get().isEmpty()) {
        send(exchange, 200, "text/html", pages.page());
      } else if (path.get().equals("state")) {
        send(exchange, 200, "text/html", pages.state(shown(exchange.getRequestURI())));
      } else {
        refuse(exchange, 404, "not found");
      }
    }
  }

  /** Returns the path below the token and its slash; empty if the token is another. */
  private Optional<String> pathBelowToken(String path) {
    int slash = path.indexOf('/', 1);
    boolean isMember =
        slash > 0
            && MessageDigest.isEqual(
                token, path.substring(1, slash).getBytes(StandardCharsets.UTF_8));
    return isMember ? Optional.of(path.substring(slash + 1)) : Optional.empty();
  }

  /** The revision in a query; -1, which no page has, if it has none. */
  private static int shown(URI uri) {
    String query = uri.getRawQuery();
    return query != null && query.matches("revision=\\d{1,9}")
        ? Integer.parseInt(query.substring(query.indexOf('=') + 1))
        : -1;
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    send(exchange, status, "text/plain", why + "\n");
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Ends the server: answers that are being sent have a second to end. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.stop(0);
    }
  }
}
