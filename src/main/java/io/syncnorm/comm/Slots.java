package io.syncnorm.comm;

import io.syncnorm.comm.fold.RankGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a process knows of the ranks of the world. A slot holds two messages, used in turn. Those of
 * a rank of another process hold what has been received.
 */
final class Slots {
  /** A rank's message in one exchange. */
  static final class Message {
    long tag;

    /** The ranks that fold together with this one. */
    RankGroup group;

    /** What a rank sends; after folds the value of a node of the tree that begins with the rank. */
    double[] values = {};

    /** One for each length so far, because the layers of a network have messages of few lengths. */
    private final List<double[]> buffers = new ArrayList<>();

    /** Returns the values after giving them a length; what they contain is stale. */
    double[] ofLength(int length) {
      if (values.length != length) {
        values = buffer(length);
      }
      return values;
    }

    private double[] buffer(int length) {
      for (double[] buffer : buffers) {
        if (buffer.length == length) {
          return buffer;
        }
      }
      double[] buffer = new double[length];
      buffers.add(buffer);
      return buffer;
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

    /** The vectors of a local rank whose weighted mean is being computed. */
    List<float[]> vectors = List.of();

    /** The weight of these vectors. */
    double weight;
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
      if (message.tag != own.tag || message.values.length != own.values.length) {
        throw new PeerException(
            String.format(
                Locale.ROOT,
                "ranks are not at the same exchange: rank %d is at %s with %d values, rank %d at %s with %d values",
                self,
                Tag.describe(own.tag),
                own.values.length,
                rank,
                Tag.describe(message.tag),
                message.values.length));
      }
    }
  }

  /**
   * Names those of some ranks that have yet to arrive at an exchange.
   *
   * @param ranks those of this process
   */
  String late(int[] ranks, long exchange) {
    List<String> late =
        IntStream.of(ranks)
            .filter(rank -> of(rank).published < exchange)
            .mapToObj(this::late)
            .toList();
    return late.isEmpty() ? "another executor is late" : String.join("; ", late);
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
