package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SyntheticRowsTest {
  static Stream<Shape> shapes() {
    return Stream.of(
        Shape.dense(16, Shape.Kind.PIXELS, false, 50),
        Shape.dense(16, Shape.Kind.BYTES, false, 50),
        Shape.dense(16, Shape.Kind.FLOATS, false, 50),
        Shape.sparse(1000, false, 50, 7),
        Shape.sparse(3, false, 50, 2),
        Shape.dense(16, Shape.Kind.PIXELS, false, 0),
        Shape.sparse(1000, false, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldHaveTheShapeThatWasAskedFor(Shape shape) {
    Rows rows = SyntheticRows.of(shape, 3);
    assertEquals(shape.rows(), rows.count());
    assertEquals(shape.rowLength(), rows.rowLength());
    assertEquals(shape.kind(), Shape.of(rows).kind());
    if (shape.rows() > 0) {
      assertEquals(shape.averageBytes(), Shape.of(rows).averageBytes());
      long classes = IntStream.range(0, rows.count()).map(rows::label).distinct().count();
      assertEquals(3, classes);
      assertTrue(IntStream.range(0, rows.count()).map(rows::label).allMatch(c -> c < 3));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldCountTheValuesThatARowHas(Shape shape) {
    int expected = shape.kind() == Shape.Kind.SPARSE ? (shape.rowLength() == 3 ? 2 : 7) : 16;
    if (shape.rows() > 0) {
      assertEquals(expected, SyntheticRows.valuesOfRow(shape));
    }
  }
}
