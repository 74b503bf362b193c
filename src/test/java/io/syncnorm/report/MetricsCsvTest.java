package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Locales;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsCsvTest {
  private static final EpochMetrics PLAIN =
      new EpochMetrics(
          "with BN",
          1,
          0.5,
          0.875,
          0.25,
          0.9375,
          1.5,
          1,
          0.125,
          0.0625,
          0.03125,
          EpochDetails.NONE);
  private static final EpochMetrics DIVERGED =
      new EpochMetrics(
          "a, \"b\"",
          2,
          Double.NaN,
          0.1,
          Double.POSITIVE_INFINITY,
          0.1,
          1,
          1,
          0,
          0,
          1e-5,
          EpochDetails.NONE);

  @Test
  void shouldWriteTheHeaderAndOneLinePerEpoch() throws Exception {
    StringBuilder out = new StringBuilder();
    MetricsCsv.write(List.of(PLAIN, DIVERGED), out);
    assertEquals(
        """
        model,epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds,compute_seconds,sync_seconds,wait_seconds,average_seconds
        with BN,1,0.5,0.875,0.25,0.9375,1.5,1.0,0.125,0.0625,0.03125
        "a, ""b""\",2,NaN,0.1,Infinity,0.1,1.0,1.0,0.0,0.0,1.0E-5
        """,
        out.toString());
  }

  @Test
  void shouldQuoteLineEnds() {
    EpochMetrics row = new EpochMetrics("a\nb", 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, EpochDetails.NONE);
    assertTrue(MetricsCsv.line(row).startsWith("\"a\nb\",3,"));
  }

  @Test
  void shouldNotDependOnTheLocale() throws Exception {
    String expected = MetricsCsv.line(PLAIN);
    assertEquals(expected, Locales.in(Locales.GERMAN, () -> MetricsCsv.line(PLAIN)));
    assertEquals(expected, Locales.in(Locales.EGYPTIAN, () -> MetricsCsv.line(PLAIN)));
  }

  @Test
  void shouldReportTheRestOfAnEpochAsOther() {
    assertEquals(1.5 - 1 - 0.125 - 0.0625 - 0.03125, PLAIN.otherSeconds());
    EpochMetrics overlapping =
        new EpochMetrics("m", 1, 0, 0, 0, 0, 1, 1, 0.1, 0, 0, EpochDetails.NONE);
    assertEquals(0, overlapping.otherSeconds());
  }

  @Test
  void shouldRefuseEpochZero() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new EpochMetrics("m", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, EpochDetails.NONE));
    assertTrue(e.getMessage().contains("epoch=0"), e.getMessage());
  }
}
