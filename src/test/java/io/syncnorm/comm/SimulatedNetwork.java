package io.syncnorm.comm;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.wire.Deadline;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Connects the processes of a cluster that is simulated in this JVM. Messages travel at once; how
 * long they would take is computed. Each process has a clock, which its messages move:
 *
 * <pre>
 * busy     = overhead + (24 + payload) / bytesPerSecond
 * sent     = when the sender has sent what it had to send before, + busy
 * arrived  = sent + latency + jitter
 * received = arrived, or when the message received before is complete, + busy, if that is later
 * clock    = the last of what is sent and received in a round, and of work in the first round
 * </pre>
 *
 * <p>A process waits for messages of certain senders, so nothing depends on which thread runs
 * first, and clocks are the same in each run (Lamport 1978, "Time, clocks, and the ordering of
 * events in a distributed system"). Messages of a round are received in the order in which they
 * arrive.
 */
final class SimulatedNetwork {
  /**
   * What a process has sent, and in how many rounds it has sent or received something.
   *
   * @param bytes headers included
   */
  record Traffic(long rounds, long messages, long bytes) {}

  private record Packet(long tag, byte[] payload, double arrival) {}

  private final LinkCost cost;
  private final double jitter;
  private final IntConsumer healthCheck;
  private final List<Endpoint> endpoints = new ArrayList<>();

  /**
   * @param jitter mean of the exponentially distributed seconds that a message takes longer
   * @param seed of the jitter
   * @param healthCheck throws if a rank of a process has failed
   */
  SimulatedNetwork(
      int processes, LinkCost cost, double jitter, long seed, IntConsumer healthCheck) {
    this.cost = cost;
    this.jitter = jitter;
    this.healthCheck = healthCheck;
    SplittableRandom random = new SplittableRandom(seed);
    for (int process = 0; process < processes; process++) {
      endpoints.add(new Endpoint(process, random.split()));
    }
  }

  /** A process's end of the network. */
  Endpoint endpoint(int process) {
    return endpoints.get(process);
  }

  /** What each process has sent so far. */
  List<Traffic> traffic() {
    return endpoints.stream().map(Endpoint::traffic).toList();
  }

  private double busySeconds(int payload) {
    return cost.overhead() + (LinkCost.HEADER_BYTES + payload) / cost.bytesPerSecond();
  }

  /** The transport of one process, and its clock. */
  final class Endpoint implements Transport {
    private final int self;
    private final SplittableRandom random;

    /** What has been sent to this process and not been received, by sender. */
    private final Map<Integer, Deque<Packet>> inbox = new HashMap<>();

    /** When the last rank of this process arrived, for two exchanges in turn. */
    private final double[] arrivals = new double[2];

    private double clock;

    /** Seconds of work that the rank that exchanges has yet to do. */
    private double workOfLast;

    /** When the last message was received. */
    private double received;

    private long rounds;
    private long messages;
    private long bytes;

    private Endpoint(int self, SplittableRandom random) {
      this.self = self;
      this.random = random;
    }

    /**
     * A rank of this process arrives at an exchange. Its messages leave after the last of them has
     * arrived.
     *
     * @param exchange number of the exchange
     * @param seconds the rank's clock
     * @param work seconds of work that the rank then does. The last rank does it after it has sent
     *     the messages of the first round
     */
    synchronized void arrive(long exchange, double seconds, double work) {
      int slot = (int) (exchange & 1); // its last value is of an earlier exchange, so not larger
      if (seconds >= arrivals[slot]) {
        workOfLast = work;
      }
      arrivals[slot] = Math.max(arrivals[slot], seconds);
    }

    /** When an exchange was complete: the earliest time at which a rank leaves it. */
    synchronized double completed(long exchange) {
      return Math.max(clock, arrivals[(int) (exchange & 1)]);
    }

    Traffic traffic() {
      return new Traffic(rounds, messages, bytes);
    }

    /**
     * @param limit of each stall, in real time
     * @param meanwhile not called: work that takes simulated time is passed to {@link #arrive}
     */
    @Override
    public void round(long tag, Messages out, Messages in, Limit limit, BooleanSupplier meanwhile) {
      if (out.count() == 0 && in.count() == 0) {
        return;
      }
      rounds++;
      double sent = start();
      for (int i = 0; i < out.count(); i++) {
        sent = send(tag, out.process(i), out.bytes(i), sent);
      }
      List<Packet> packets = new ArrayList<>();
      for (int i = 0; i < in.count(); i++) {
        packets.add(receive(tag, in.process(i), in.bytes(i), limit));
      }
      finish(sent, packets);
    }

    private synchronized double start() {
      clock = Math.max(clock, Math.max(arrivals[0], arrivals[1]));
      return clock;
    }

    /** Returns when the message is sent. */
    private double send(long tag, int receiver, ByteBuffer from, double start) {
      byte[] payload = new byte[from.remaining()];
      from.get(payload);
      messages++;
      bytes += LinkCost.HEADER_BYTES + payload.length;
      double sent = start + busySeconds(payload.length);
      double delay = -jitter * StrictMath.log(1 - random.nextDouble());
      endpoint(receiver).deliver(self, new Packet(tag, payload, sent + cost.latency() + delay));
      return sent;
    }

    private synchronized void deliver(int sender, Packet packet) {
      sentBy(sender).add(packet);
      notifyAll();
    }

    private Packet receive(long tag, int sender, ByteBuffer into, Limit limit) {
      Packet packet = take(tag, sender, limit);
      if (packet.tag() != tag || packet.payload().length != into.remaining()) {
        throw new PeerException(
            String.format(
                Locale.ROOT,
                "processes are not at the same exchange: process %d expects length=%d at %s,"
                    + " process %d sent length=%d at %s",
                self,
                into.remaining(),
                Tag.describe(tag),
                sender,
                packet.payload().length,
                Tag.describe(packet.tag())));
      }
      into.put(packet.payload());
      return packet;
    }

    private synchronized Packet take(long tag, int sender, Limit limit) {
      Deque<Packet> packets = sentBy(sender);
      Deadline deadline = Deadline.in(limit.ofHost());
      while (packets.isEmpty()) {
        healthCheck.accept(self);
        if (deadline.isOver()) {
          throw limit.exceeded(tag, "waiting for process " + sender);
        }
        try {
          wait(deadline.remainingMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new PeerException("interrupted while waiting at " + Tag.describe(tag), e);
        }
      }
      return packets.remove();
    }

    private Deque<Packet> sentBy(int sender) {
      return inbox.computeIfAbsent(sender, process -> new ArrayDeque<>());
    }

    private synchronized void finish(double sent, List<Packet> packets) {
      packets.sort(Comparator.comparingDouble(Packet::arrival));
      for (Packet packet : packets) {
        received = Math.max(received + busySeconds(packet.payload().length), packet.arrival());
      }
      clock = Math.max(sent + workOfLast, received);
      workOfLast = 0;
    }

    @Override
    public synchronized void wakeUp() {
      notifyAll();
    }

    @Override
    public void close() {}
  }
}
