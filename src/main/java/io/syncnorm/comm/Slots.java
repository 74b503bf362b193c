package io.syncnorm.comm;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the ranks of one process know of all ranks of the world: their messages, and how far they
 * are. A slot holds two messages, used in turn.
 */
final class Slots {
  /** A rank's message in one exchange. */
  static final class Message {
    long tag;

    /** Grows to the longest message and is kept; elements from {@link #length} on are stale. */
    double[] values = {};

    int length;

    /** The vectors to average; for local ranks only. */
    List<float[]> vectors = List.of();

    /** Sets the length, and returns an array of values that is at least as long. */
    double[] ofLength(int length) {
      if (values.length < length) {
        values = new double[length];
      }
      this.length = length;
      return values;
    }
  }

  /** What is known of a rank. */
  static final class Slot {
    private final Message[] messages = {new Message(), new Message()};

    /** The last exchange at which the rank has arrived: its message is in its slot. */
    volatile long published;

    /** Whether the rank has closed its communicator. */
    volatile boolean left;

    /** The thread of a local rank, once it has waited for its turn. */
    volatile Thread thread;

    /** How long a local rank has waited for its turn; used by its thread only. */
    long turnNanos;
  }

  private final List<Slot> slots;

  Slots(int world) {
    this.slots = Stream.generate(Slot::new).limit(world).toList();
  }

  int size() {
    return slots.size();
  }

  Slot of(int rank) {
    return slots.get(rank);
  }

  /** The message of a rank in an exchange. */
  Message message(int rank, long exchange) {
    return of(rank).messages[(int) (exchange & 1)];
  }

  /**
   * @throws PeerException if ranks have arrived at different exchanges
   */
  void checkTags(int self, int[] ranks, long exchange) {
    Message own = message(self, exchange);
    for (int rank : ranks) {
      Message message = message(rank, exchange);
      if (message.tag != own.tag || message.length != own.length) {
        throw new PeerException(
            String.format(
                Locale.ROOT,
                "ranks are not at the same exchange: rank %d is at %s with %d values, rank %d at %s with %d values",
                self,
                Tag.describe(own.tag),
                own.length,
                rank,
                Tag.describe(message.tag),
                message.length));
      }
    }
  }

  /** Names the ranks that have yet to arrive at an exchange. */
  String late(long exchange) {
    return String.join(
        "; ",
        IntStream.range(0, size())
            .filter(rank -> of(rank).published < exchange)
            .mapToObj(this::late)
            .toList());
  }

  /** Says how far a rank is. */
  String late(int rank) {
    long published = of(rank).published;
    return String.format(
        Locale.ROOT,
        "rank %d is late, %s",
        rank,
        published == 0
            ? "never seen"
            : "last seen at " + Tag.describe(message(rank, published).tag));
  }
}
