package io.syncnorm.experiment.rows;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.source.NumberedBlock;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The first row of a source, for people. Executors write the text: no row is sent to the driver.
 */
public final class SampleRow {
  /** More values than this are not shown. */
  private static final int MOST_VALUES = 8;

  /** Floats hold all whole numbers up to here. */
  private static final float LARGEST_WHOLE = 1 << 24;

  private static final MathContext DIGITS = new MathContext(4);

  private SampleRow() {}

  /** The text of the row with this number. */
  private record First(long number, String text) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Describes the first row of packed data: the label with its name, the first features that are
   * not 0 with their index from 0, and the weight. Features are as packed, so they are not
   * standardized.
   *
   * @param source of the training rows of the data
   */
  public static String of(Source source, PackedData packed) {
    List<String> names = source.classNames().map(ArrayList::new).orElseGet(ArrayList::new);
    List<First> firsts = new ArrayList<>();
    Jobs.forEach(
        packed.numbered(Part.TRAINING),
        blocks -> first(blocks, names),
        first -> firsts.addAll(List.of(first)));
    return firsts.stream().min(Comparator.comparing(First::number)).orElseThrow().text();
  }

  /** The first row of a partition, if it has any. */
  private static First[] first(Iterator<NumberedBlock> blocks, List<String> names) {
    if (!blocks.hasNext()) {
      return new First[0];
    }
    NumberedBlock block = blocks.next();
    return new First[] {new First(block.first(), text(block.rows(), names))};
  }

  private static String text(Rows rows, List<String> names) {
    Rows row = rows.pick(new int[] {0});
    int label = row.label(0);
    return String.format(
        Locale.ROOT,
        "label %d%s; features %s%s",
        label,
        label < names.size() ? " (" + names.get(label) + ")" : "",
        features(row.features(), row.rowLength()),
        row.isWeighted() ? "; weight " + number(row.weight(0)) : "");
  }

  private static String features(Features features, int length) {
    List<String> shown = new ArrayList<>();
    int nonzeros = 0;
    if (features instanceof Features.Sparse sparse) {
      nonzeros = sparse.rowStarts()[1];
      for (int i = 0; i < Math.min(nonzeros, MOST_VALUES); i++) {
        shown.add(text(sparse.columns()[i], sparse.values()[i]));
      }
    } else {
      float[] values = new float[length];
      features.copyTo(0, values, 0, length);
      for (int i = 0; i < length; i++) {
        if (values[i] != 0 && nonzeros++ < MOST_VALUES) {
          shown.add(text(i, values[i]));
        }
      }
    }
    return String.format(
        Locale.ROOT,
        "%s%s%d of %d not 0",
        String.join(", ", shown),
        nonzeros > MOST_VALUES ? ", ...; " : nonzeros > 0 ? "; " : "",
        nonzeros,
        length);
  }

  private static String text(int index, float value) {
    return "[" + index + "]=" + number(value);
  }

  private static String number(float value) {
    return value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE
        ? String.valueOf((int) value)
        : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
  }
}
