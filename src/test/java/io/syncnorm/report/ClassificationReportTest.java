package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationReportTest {
  /** Rounding of a quotient. */
  private static final double ROUNDING = 1e-15;

  /** Class 2 is never predicted and never occurs. */
  private static final long[][] CONFUSION = {{6, 2, 0}, {1, 3, 0}, {0, 0, 0}};

  private final ClassificationReport evaluation = of(CONFUSION);

  private static ClassificationReport of(long[][] confusion) {
    return new ClassificationReport(
        List.of("a", "b", "c").subList(0, confusion.length),
        confusion,
        new ClassificationReport.Scores(0.75, 0.5, 12),
        List.of());
  }

  @Test
  void shouldCountRowsAndColumns() {
    assertEquals(12, evaluation.total());
    assertEquals(8, evaluation.actual(0));
    assertEquals(7, evaluation.predicted(0));
    assertEquals(5, evaluation.predicted(1));
  }

  @Test
  void shouldGiveTheRatiosComputedByHand() {
    assertEquals(6.0 / 7, evaluation.precision(0), ROUNDING);
    assertEquals(6.0 / 8, evaluation.recall(0), ROUNDING);
    assertEquals(12.0 / 15, evaluation.f1(0), ROUNDING);
    assertEquals(3.0 / 5, evaluation.precision(1), ROUNDING);
    assertEquals(3.0 / 4, evaluation.recall(1), ROUNDING);
    assertEquals(6.0 / 9, evaluation.f1(1), ROUNDING);
    assertEquals(0.125, evaluation.standardError(), ROUNDING);
  }

  @Test
  void shouldGiveNanForClassesWithoutRows() {
    assertTrue(Double.isNaN(evaluation.precision(2)));
    assertTrue(Double.isNaN(evaluation.recall(2)));
    assertTrue(Double.isNaN(evaluation.f1(2)));
    ClassificationReport empty = ClassificationCollector.ofRows(2, 1).report();
    assertTrue(Double.isNaN(empty.accuracy()));
    assertTrue(Double.isNaN(empty.loss()));
    assertTrue(Double.isNaN(empty.standardError()));
  }

  @Test
  void shouldCopyArraysInBothDirections() {
    long[][] mine = {{1, 0}, {0, 1}};
    ClassificationReport copy = of(mine);
    mine[0][0] = 99;
    copy.confusion()[1][1] = 99;
    assertEquals(2, copy.total());
  }

  @Test
  void shouldRefuseInvalidConfusionMatrices() {
    long[][] ragged = {{1, 0}, {0}};
    long[][] negative = {{1, -1}, {0, 1}};
    assertThrows(IllegalArgumentException.class, () -> of(ragged));
    assertThrows(IllegalArgumentException.class, () -> of(negative));
  }

  @Test
  void shouldNameEachClass() {
    assertEquals("c", evaluation.name(2));
    ClassificationReport.Scores scores = new ClassificationReport.Scores(1, 0, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ClassificationReport(List.of("a", "b"), CONFUSION, scores, List.of()));
  }
}
