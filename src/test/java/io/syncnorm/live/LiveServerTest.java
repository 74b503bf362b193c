package io.syncnorm.live;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests who gets an answer, and that those who take their time hold up nobody. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveServerTest {
  /** More than the buffers of a connection hold. */
  private static final int LARGE = 30_000_000;

  private volatile String page = "<p>page é</p>";
  private LiveServer server;
  private String path;

  @BeforeEach
  void start() throws IOException {
    server = start(0);
    path = pathOf(server);
  }

  private LiveServer start(int port) throws IOException {
    LiveServer.Pages pages =
        new LiveServer.Pages() {
          @Override
          public String page() {
            return page;
          }

          @Override
          public String state(int shown) {
            return "shown=" + shown;
          }
        };
    return LiveServer.start(port, pages, "default-src 'none'");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldServeThePageToThoseWhoKnowTheToken() throws IOException {
    assertTrue(
        server.address().matches("http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/"), server.address());
    String answer = ask("GET", path, "127.0.0.1:" + server.port());
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    assertTrue(answer.endsWith("\r\n\r\n" + page), answer);
    for (String header :
        List.of(
            "Content-type: text/html; charset=utf-8",
            "Cache-control: no-store",
            "Content-security-policy: default-src 'none'",
            "Referrer-policy: no-referrer",
            "X-content-type-options: nosniff")) {
      assertTrue(answer.contains("\r\n" + header + "\r\n"), answer);
    }
  }

  @Test
  void shouldSayWhichRevisionAPageShows() throws IOException {
    assertTrue(get(path + "state?revision=17").endsWith("shown=17"));
    for (String query : List.of("", "?revision=", "?revision=-1", "?revision=12345678901", "?x")) {
      assertTrue(get(path + "state" + query).endsWith("shown=-1"), query);
    }
  }

  @Test
  void shouldKnowNothingWithoutTheToken() throws IOException {
    String other = "0".repeat(32);
    for (String wrong :
        List.of(
            "/",
            "/favicon.ico",
            "/" + other + "/",
            "/" + other + "/state",
            path.substring(0, path.length() - 1),
            path.substring(0, path.length() - 2) + "/",
            path.toUpperCase(Locale.ROOT) + "x",
            "/x" + path)) {
      String answer = get(wrong);
      assertTrue(answer.startsWith("HTTP/1.1 404 "), wrong + ": " + answer);
      assertFalse(answer.contains(page), wrong);
    }
    try (LiveServer another = start(0)) {
      assertNotEquals(path, pathOf(another));
    }
  }

  @Test
  void shouldRefuseMalformedRequests() throws IOException {
    assertMalformed(404, get("/" + path));
    assertMalformed(403, ask("GET", path, ""));
  }

  /** Java's own server refuses them with 400 from Java 21 on, before ours does. */
  private void assertMalformed(int ours, String answer) {
    int expected = Runtime.version().feature() < 21 ? ours : 400;
    assertTrue(answer.startsWith("HTTP/1.1 " + expected + " "), answer);
    assertFalse(answer.contains(page), answer);
  }

  @Test
  void shouldServeOneFolder() throws IOException {
    for (String wrong : List.of("x", "state/", "../", "state/../../etc/passwd", "%2e%2e/")) {
      assertTrue(get(path + wrong).startsWith("HTTP/1.1 404 "), wrong);
    }
  }

  /** A site whose name leads to this machine must not read the page, should it learn the token. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:80",
        "localhost.evil",
        "10.0.0.1"
      })
  void shouldRefuseOtherHosts(String host) throws IOException {
    String answer = ask("GET", path, host);
    assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    assertFalse(answer.contains(page), answer);
  }

  /** Behind a tunnel the port is another one. */
  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:9000"})
  void shouldTakeEachNameOfTheLoopbackInterface(String host) throws IOException {
    assertTrue(ask("GET", path, host).endsWith(page), host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
  void shouldKnowOneMethod(String method) throws IOException {
    String answer = ask(method, path, "localhost");
    assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
    assertTrue(answer.contains("\r\nAllow: GET\r\n"), answer);
    assertFalse(answer.contains(page), answer);
  }

  @Test
  void shouldAnswerManyAtOnce() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      answers.add(CompletableFuture.supplyAsync(() -> getUnchecked(path)));
    }
    answers.forEach(answer -> assertTrue(answer.join().endsWith(page)));
  }

  @Test
  void shouldAnswerBesideThoseThatHang() throws IOException {
    List<Socket> hanging = new ArrayList<>();
    try {
      Socket silent = connect();
      hanging.add(silent);
      Socket half = connect();
      hanging.add(half);
      half.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
      page = "x".repeat(LARGE);
      Socket deaf = connect();
      hanging.add(deaf);
      send(deaf, "GET", path, "localhost");
      assertTrue(get(path + "state").endsWith("shown=-1"));
      server.close(); // ends although they still hang
    } finally {
      for (Socket each : hanging) {
        each.close();
      }
    }
    assertThrows(ConnectException.class, this::connect);
  }

  @Test
  void shouldSayThatAPortIsInUse() {
    assertThrows(BindException.class, () -> start(server.port()));
  }

  @Test
  void shouldListenOnTheLoopbackInterfaceOnly() throws IOException {
    InetAddress own = InetAddress.getLocalHost();
    if (!own.isLoopbackAddress()) {
      assertThrows(IOException.class, () -> new Socket(own, server.port()).close());
    }
  }

  private static String pathOf(LiveServer server) {
    return URI.create(server.address()).getPath();
  }

  private String get(String of) throws IOException {
    return ask("GET", of, "localhost:" + server.port());
  }

  private String getUnchecked(String of) {
    try {
      return get(of);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the whole answer; Java's own clients choose the host themselves. */
  private String ask(String method, String of, String host) throws IOException {
    try (Socket socket = connect()) {
      send(socket, method, of, host);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static void send(Socket socket, String method, String of, String host)
      throws IOException {
    String request =
        "%s %s HTTP/1.1\r\n%sConnection: close\r\n\r\n"
            .formatted(method, of, host.isEmpty() ? "" : "Host: " + host + "\r\n");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }
}
