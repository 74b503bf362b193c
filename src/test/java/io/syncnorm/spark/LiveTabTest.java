package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests Spark's private pages: what Spark serves is what this version of it understood. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveTabTest {
  private static final String ADDRESS = "http://127.0.0.1:40123/0a1b/?a=1&b=2";

  @Test
  void shouldLinkToTheLiveViewFromEveryPageOfSpark() throws Exception {
    try (JavaSparkContext spark =
        new JavaSparkContext(
            LocalSpark.conf("LiveTabTest", 1)
                .set("spark.ui.enabled", "true")
                .set("spark.ui.port", "0"))) {
      LiveTab.attach(spark, ADDRESS, () -> "on <node>");
      String root = spark.sc().uiWebUrl().get().replaceFirst("//[^:/]+", "//127.0.0.1");
      assertTrue(get(root + "/jobs/").contains(" href=\"/syncnorm/\">SyncNorm</a>"));
      String tab = get(root + "/syncnorm/");
      String link = ADDRESS.replace("&", "&amp;");
      assertTrue(
          tab.contains("<a href=\"" + link + "\" target=\"_blank\" rel=\"noreferrer\">"), tab);
      assertTrue(tab.contains("<p>on &lt;node&gt;</p>"), tab);
    }
  }

  @Test
  void shouldAddNothingIfTheUiIsOff() {
    try (JavaSparkContext spark = LocalSpark.start("LiveTabTest", 1)) {
      LiveTab.attach(
          spark,
          ADDRESS,
          () -> {
            throw new IllegalStateException("nobody asks");
          });
      assertTrue(spark.sc().ui().isEmpty());
    }
  }

  private static String get(String uri) throws Exception {
    Duration deadline = Duration.ofSeconds(60);
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .connectTimeout(deadline)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(uri)).timeout(deadline).build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }
}
