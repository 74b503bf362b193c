package io.syncnorm.dl4j.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.data.Piece;
import io.syncnorm.data.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tests the blocks of a partition's rows, and that they keep every bit. */
class PackedPiecesTest {
  private static final int CLASSES = 2;

  private final List<PackedCounts> counts = new ArrayList<>();

  @Test
  void shouldPackWholeNumbersAndPixelsAsBytesAndAllOthersAsFloats() {
    assertKept(Set.of(Shape.Kind.BYTES), 0, 1, 255);
    assertKept(Set.of(Shape.Kind.PIXELS), 0, 1 / 255f, 1);
    assertKept(Set.of(Shape.Kind.FLOATS), 0, 256, 1);
    assertKept(Set.of(Shape.Kind.FLOATS), -1, 3, 1);
    assertKept(Set.of(Shape.Kind.FLOATS), 0.1f, 3, 1);
    assertKept(Set.of(Shape.Kind.FLOATS), -0f, 3, 1);
    assertKept(Set.of(Shape.Kind.FLOATS), Math.nextUp(7 / 255f), 0, 0);
    assertKept(Set.of(Shape.Kind.FLOATS), Float.NaN, Float.NEGATIVE_INFINITY, 1e30f);
  }

  private void assertKept(Set<Shape.Kind> kinds, float... row) {
    List<Piece> pieces = pack(row.length, set(Nd4j.createFromArray(row).reshape(1, row.length)));
    assertArrayEquals(row, values(pieces));
    assertEquals(new PackedCounts(1, List.of(row.length), kinds, ""), counts.remove(0));
  }

  @Test
  void shouldDivideDataSetsOfAnySizeIntoBlocks() {
    int inputs = 400_000; // two rows a block
    INDArray five = Nd4j.arange(5.0 * inputs).castTo(DataType.FLOAT);
    INDArray rows = five.reshape(5, inputs);
    INDArray first = rows.getRow(0, true).dup();
    List<Piece> pieces = pack(inputs, set(first), set(Nd4j.zeros(0, inputs)), set(rows));
    assertEquals(
        List.of(List.of(0L, 1L), List.of(2L, 3L), List.of(4L, 5L)),
        pieces.stream().map(piece -> Arrays.stream(piece.positions()).boxed().toList()).toList());
    assertArrayEquals(
        Nd4j.concat(0, first, rows).reshape(6L * inputs).toFloatVector(), values(pieces));
    assertEquals(
        List.of(0, 0, 1, 0, 1, 0),
        pieces.stream()
            .flatMap(piece -> IntStream.range(0, 2).mapToObj(piece.rows()::label))
            .toList());
    assertEquals(6, counts.get(0).rows());
  }

  @Test
  void shouldSayWhyRowsCannotBePacked() {
    DataSet soft = new DataSet(Nd4j.ones(2, 3), Nd4j.valueArrayOf(2, CLASSES, 0.5));
    pack(3, set(Nd4j.ones(4, 3)), soft.toMultiDataSet());
    assertEquals(
        new PackedCounts(4, List.of(3), Set.of(Shape.Kind.BYTES), "labels are not one-hot"),
        counts.get(0));
    pack(3, set(Nd4j.ones(4, 5)));
    assertEquals(
        new PackedCounts(
            0,
            List.of(),
            Set.of(),
            "expected features=[rows, 3] labels=[rows, 2], found features=[4, 5] labels=[4, 2]"),
        counts.get(1));
  }

  @Test
  void shouldPackImagesOfTheSizeThatTheFirstRowHas() {
    RowForm form = RowForm.image(RowForm.Order.CHANNELS_FIRST, 0, 0, 3);
    INDArray images = Nd4j.arange(2 * 3 * 4 * 5).castTo(DataType.FLOAT).reshape(2, 3, 4, 5);
    INDArray permuted = images.permute(0, 1, 3, 2).dup('c').permute(0, 1, 3, 2);
    assertArrayEquals(images.dup('c').data().asFloat(), values(pack(form, set(permuted))));
    assertEquals(List.of(3, 4, 5), counts.remove(0).sizes());
    pack(form, set(images), set(Nd4j.ones(2, 3, 5, 5)));
    assertEquals(
        "expected features=[rows, 3, 4, 5] labels=[rows, 2], found features=[2, 3, 5, 5] labels=[2, 2]",
        counts.remove(0).problem());
    pack(form, set(Nd4j.ones(2, 60)));
    assertEquals(
        "expected features=[rows, 3, any, any] labels=[rows, 2], found features=[2, 60] labels=[2, 2]",
        counts.remove(0).problem());
  }

  @Test
  void shouldPackFlatImagesIfTheNetworkTellsTheirSize() {
    RowForm form = RowForm.image(RowForm.Order.CHANNELS_LAST, 4, 5, 3);
    INDArray images = Nd4j.arange(2 * 60).castTo(DataType.FLOAT).reshape(2, 60);
    assertArrayEquals(
        images.dup().data().asFloat(),
        values(pack(form, set(images), set(Nd4j.zeros(0, 4, 5, 3)))));
    assertEquals(List.of(4, 5, 3), counts.remove(0).sizes());
  }

  private List<Piece> pack(int inputs, MultiDataSet... sets) {
    return pack(new RowForm(RowForm.Order.VECTOR, List.of(inputs)), sets);
  }

  private List<Piece> pack(RowForm form, MultiDataSet... sets) {
    List<Piece> pieces = new ArrayList<>();
    new PackedPieces(List.of(sets).iterator(), form, CLASSES, counts::add)
        .forEachRemaining(pieces::add);
    return pieces;
  }

  /** Rows of alternating classes. */
  private static MultiDataSet set(INDArray features) {
    INDArray labels = Nd4j.zeros(features.size(0), CLASSES);
    for (int row = 0; row < features.size(0); row++) {
      labels.putScalar(row, row % CLASSES, 1);
    }
    return new DataSet(features, labels).toMultiDataSet();
  }

  private static float[] values(List<Piece> pieces) {
    int length = pieces.stream().mapToInt(piece -> (int) piece.rows().features().length()).sum();
    float[] all = new float[length];
    int at = 0;
    for (Piece piece : pieces) {
      int own = (int) piece.rows().features().length();
      piece.rows().features().copyTo(0, all, at, own);
      at += own;
    }
    return all;
  }
}
