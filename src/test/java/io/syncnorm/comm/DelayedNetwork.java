package io.syncnorm.comm;

import io.syncnorm.comm.fold.Placement;
import io.syncnorm.comm.fold.RankGroup;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Two processes of one rank each, in this JVM, whose messages arrive after some real time: a
 * network that costs no work. For measurements: it has no deadlines.
 */
final class DelayedNetwork {
  private static final Duration PATIENT = Duration.ofSeconds(60);

  private record Packet(byte[] payload, long arrivalNanos) {
    boolean hasArrived() {
      return System.nanoTime() - arrivalNanos >= 0;
    }
  }

  private final long delayNanos;

  /** What has been sent to each process. */
  private final List<Queue<Packet>> sent =
      List.of(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());

  DelayedNetwork(long delayNanos) {
    this.delayNanos = delayNanos;
  }

  /** The ranks' communicators. */
  List<Communicator> communicators() {
    List<RankGroup> hosts = RankGroup.each(sent.size());
    return IntStream.range(0, sent.size())
        .mapToObj(
            self ->
                new SharedMemoryWorld(
                        new Processes(
                            new Placement(new int[] {0, 1}), self, Optional.of(new End(self))),
                        new SharedMemoryWorld.Hosts(hosts, List.of(hosts.get(self)), hosts.size()),
                        PATIENT)
                    .communicator(self))
        .toList();
  }

  private final class End implements Transport {
    private final int self;

    End(int self) {
      this.self = self;
    }

    @Override
    public void round(long tag, Messages out, Messages in, Limit limit, BooleanSupplier meanwhile) {
      for (int i = 0; i < out.count(); i++) {
        ByteBuffer from = out.bytes(i);
        byte[] payload = new byte[from.remaining()];
        from.get(payload);
        sent.get(out.process(i)).add(new Packet(payload, System.nanoTime() + delayNanos));
      }
      boolean hasWork = true;
      for (int received = 0; received < in.count(); ) {
        Packet next = sent.get(self).peek();
        if (next != null && next.hasArrived()) {
          sent.get(self).remove();
          in.bytes(received++).put(next.payload());
        } else if (hasWork) {
          hasWork = meanwhile.getAsBoolean();
        } else {
          Thread.onSpinWait();
        }
      }
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {}
  }
}
