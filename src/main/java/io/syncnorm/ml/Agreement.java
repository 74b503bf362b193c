package io.syncnorm.ml;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.StepPlan;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Facts about the rows of all ranks, known to every rank after one exchange before the first step.
 *
 * <pre>
 * | first faulty partition | validation rows | training weight |
 * | training rows [world] | checksum of the rows [world] | rows per label [256] |
 * </pre>
 */
final class Agreement {
  private static final int FAULT_AT = 0;
  private static final int VALIDATION_AT = 1;
  private static final int WEIGHT_AT = 2;
  private static final int RANKS_AT = 3;
  private static final double NO_FAULT = Double.POSITIVE_INFINITY;

  private final double[] message;
  private final int world;
  private final boolean isOwnFault;

  private Agreement(double[] message, int world, boolean isOwnFault) {
    this.message = message;
    this.world = world;
    this.isOwnFault = isOwnFault;
  }

  static Agreement among(Communicator ranks, Gathering.RankRows own) {
    int world = ranks.world();
    double[] message = new double[RANKS_AT + 2 * world + Keys.MOST_CLASSES];
    double ownFault = own.fault().map(fault -> (double) fault.partition()).orElse(NO_FAULT);
    message[FAULT_AT] = ownFault;
    message[VALIDATION_AT] = own.validation().count();
    message[RANKS_AT + ranks.rank()] = own.training().count();
    message[RANKS_AT + world + ranks.rank()] = own.checksum(); // a double holds its 32 bits exactly
    for (int row = 0; row < own.training().count(); row++) {
      message[WEIGHT_AT] += own.training().weight(row);
    }
    count(own.training(), message, RANKS_AT + 2 * world);
    count(own.validation(), message, RANKS_AT + 2 * world);
    ranks.allReduce(Tag.of(0, 0, 0, Tag.Kind.EPOCH_TOTALS), message, Agreement::fold);
    boolean isOwnFault = own.fault().isPresent() && message[FAULT_AT] == ownFault;
    return new Agreement(message, world, isOwnFault);
  }

  private static void count(Rows rows, double[] message, int at) {
    for (int row = 0; row < rows.count(); row++) {
      message[at + rows.label(row)]++;
    }
  }

  private static void fold(double[] into, double[] other) {
    double firstFault = Math.min(into[FAULT_AT], other[FAULT_AT]);
    Communicator.SUM.accept(into, other);
    into[FAULT_AT] = firstFault;
  }

  /** Returns whether any rank has a faulty row; then no rank trains. */
  boolean isFaulty() {
    return message[FAULT_AT] != NO_FAULT;
  }

  /** Returns whether the first faulty row is on this rank. */
  boolean isOwnFault() {
    return isOwnFault;
  }

  /** Returns the largest label plus one. */
  int classes() {
    int most = Keys.MOST_CLASSES;
    while (most > 0 && message[RANKS_AT + 2 * world + most - 1] == 0) {
      most--;
    }
    return most;
  }

  /**
   * Returns the report of rank 0 to the driver.
   *
   * @param classes number of the model's classes
   * @param batchSize rows of a mini-batch
   */
  Agreed agreed(int classes, int batchSize) {
    long trainingRows = (long) Arrays.stream(message, RANKS_AT, RANKS_AT + world).sum();
    return new Agreed(classes, batchSize, trainingRows, validationRows(), checksum());
  }

  private long validationRows() {
    return (long) message[VALIDATION_AT];
  }

  /**
   * Returns the CRC-32C of the ranks' row counts and checksums: it identifies all rows and their
   * distribution.
   */
  private long checksum() {
    ByteBuffer bytes = ByteBuffer.allocate(2 * world * Double.BYTES);
    bytes.asDoubleBuffer().put(message, RANKS_AT, 2 * world);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    return crc.getValue();
  }

  /** Plans the rows of every step, without dropping a row. */
  StepPlan plan(int batchSize) {
    List<Integer> rows =
        Arrays.stream(message, RANKS_AT, RANKS_AT + world).mapToObj(count -> (int) count).toList();
    return new StepPlan(rows, batchSize);
  }

  /** Returns why a classifier cannot be trained on these rows; empty if it can. */
  Optional<String> untrainable(FitColumns columns) {
    if (plan(1).stepsPerEpoch() == 0) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "no rows to train on: expected rows>=1, found rows=0 and validation rows=%d",
              validationRows()));
    }
    if (!columns.validation().isEmpty() && message[VALIDATION_AT] == 0) {
      return Optional.of(
          "column %s marks no row as a validation row: expected value=true in at least one row, found none"
              .formatted(columns.validation()));
    }
    if (message[WEIGHT_AT] <= 0) {
      return Optional.of(
          "column %s gives the training rows no weight: expected sum>0, found sum=%s"
              .formatted(columns.weight(), message[WEIGHT_AT]));
    }
    double[] labels = Arrays.copyOfRange(message, RANKS_AT + 2 * world, message.length);
    if (Arrays.stream(labels).filter(rows -> rows > 0).count() == 1) {
      return Optional.of(
          "column %s has only one class: expected at least 2, found value=%s in all rows"
              .formatted(columns.label(), (double) (classes() - 1)));
    }
    return Optional.empty();
  }
}
