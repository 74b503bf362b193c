package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.Locales;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsJsonlTest {
  @Test
  void shouldWriteOneFlatObjectPerEpochWithItsLayers() {
    EpochDetails details =
        new EpochDetails(
            60_000, 6.5, 40, Double.NaN, 0.5, List.of(new LayerMetrics(1, 0.25, 0.5, 1e-3, 2, 0)));
    EpochMetrics row =
        new EpochMetrics("a \"b\"", 3, 1, 0.5, Double.NaN, 0.25, 6, 1, 2, 0, 3, details);
    assertEquals(
        "{\"model\":\"a \\\"b\\\"\",\"epoch\":3,\"trainLoss\":1.0,\"trainAccuracy\":0.5,"
            + "\"testLoss\":null,\"testAccuracy\":0.25,\"seconds\":6.0,\"computeSeconds\":1.0,"
            + "\"syncSeconds\":2.0,\"waitSeconds\":0.0,\"averageSeconds\":3.0,"
            + "\"rows\":60000,\"exchangeP50Micros\":6.5,\"exchangeP99Micros\":40.0,"
            + "\"runningTestLoss\":null,\"runningTestAccuracy\":0.5,"
            + "\"layers\":[{\"layer\":1,\"meanDrift\":0.25,\"varianceDrift\":0.5,"
            + "\"weightDivergence\":0.001,\"gradientNorm\":2.0,\"deadUnits\":0.0}]}\n",
        MetricsJsonl.line(row));
  }

  @Test
  void shouldWriteALinePerRowWhateverTheLocale() throws Exception {
    List<EpochMetrics> rows = SampleRun.epochs(3, SampleRun.WITH, SampleRun.WITHOUT);
    String text = written(rows);
    assertEquals(text, Locales.in(Locales.EGYPTIAN, () -> written(rows)));
    List<String> lines = text.lines().toList();
    assertEquals(6, lines.size());
    for (int i = 0; i < 6; i++) {
      JsonNode object = new ObjectMapper().readTree(lines.get(i));
      assertEquals(rows.get(i).testAccuracy(), object.get("testAccuracy").doubleValue());
      assertEquals(2, object.get("layers").size());
    }
    assertTrue(text.endsWith("}\n"));
  }

  @Test
  void shouldAddDetailsToRowsOfTheCsv() throws Exception {
    List<EpochMetrics> rows = SampleRun.epochs(3, SampleRun.WITH, SampleRun.WITHOUT);
    StringBuilder csv = new StringBuilder();
    MetricsCsv.write(rows, csv);
    List<EpochMetrics> plain = MetricsCsv.read(csv.toString());
    assertEquals(rows, MetricsCsv.read(csv.toString(), written(rows)));
    String lastTwo = written(rows).lines().skip(4).collect(Collectors.joining("\n"));
    List<EpochMetrics> some = MetricsCsv.read(csv.toString(), lastTwo);
    assertEquals(plain.subList(0, 4), some.subList(0, 4));
    assertEquals(rows.subList(4, 6), some.subList(4, 6));
  }

  private static String written(List<EpochMetrics> rows) {
    return rows.stream().map(MetricsJsonl::line).collect(Collectors.joining());
  }
}
