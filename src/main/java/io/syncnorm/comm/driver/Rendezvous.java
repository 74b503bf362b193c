package io.syncnorm.comm.driver;

import io.syncnorm.comm.wire.Daemon;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.Listener;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's end of one attempt: every process that runs ranks connects once, its hosts join, and
 * it receives the addresses of all hosts when all ranks have joined. The connection stays open for
 * the ranks' reports and for the notice that another rank is lost. {@code Frames} draws what is
 * sent.
 *
 * <p>It stops listening as soon as all ranks have joined. Ranks load their rows afterwards, so a
 * connection that breaks during loading shows at once that its ranks are lost.
 */
public final class Rendezvous implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rendezvous.class);

  /**
   * Receives the messages of ranks, in order for each rank, on threads of the rendezvous: one for
   * each process. Implementations must return quickly: until they do, the next messages of the
   * process stay in its connection and may block its ranks.
   */
  public interface Events {
    /** All ranks have joined. */
    default void joined() {}

    /** A rank sent a report. */
    void reported(int rank, ReportBytes report);

    /** A rank reported why it cannot continue. */
    void failed(int rank, byte[] payload);

    /**
     * A rank ended before it reported that it is done: alone, or because the connection of its
     * process broke, which is reported for the lowest rank of the process first. Or the rank never
     * joined.
     */
    void lost(int rank, String how);

    /**
     * A rank will send nothing more. This is the last call for each rank that joined, made once.
     */
    void finished(int rank);
  }

  private final RunKey key;
  private final int world;
  private final Duration timeout;
  private final long maxReportBytes;
  private final Events events;
  private final Roster roster;
  private final Sender sender = new Sender("rendezvous-sender");
  private final Set<ProcessConnection> processes = ConcurrentHashMap.newKeySet();

  /** Why ranks have to stop. */
  private final AtomicReference<String> reason = new AtomicReference<>();

  private final CountDownLatch settled = new CountDownLatch(1);
  private final LongAdder received = new LongAdder();
  private final Listener listener;
  private volatile boolean closed;

  /**
   * @param address the driver's own, reachable by the executors
   * @param timeout how long after the first rank the last one may join; then the missing ranks are
   *     reported as lost and the others are stopped. The time starts at the first rank because
   *     before it the job may be waiting for slots that another job holds. Ranks join before they
   *     load their rows, so the timeout need not cover loading
   * @param maxReportBytes bytes of the largest report
   */
  public Rendezvous(
      InetAddress address,
      RunKey key,
      int world,
      Duration timeout,
      long maxReportBytes,
      Events events)
      throws IOException {
    this.key = key;
    this.world = world;
    this.timeout = timeout;
    this.maxReportBytes = maxReportBytes;
    this.events = events;
    this.roster = new Roster(world);
    this.listener = Listener.open(address, key, this::accept);
  }

  /** The port that processes connect to, at the driver's address. */
  public int port() {
    return listener.port();
  }

  /** Ranks that have not joined yet; empty once the run has started. */
  public List<Integer> missing() {
    return roster.missing();
  }

  /** A number that grows while messages arrive, also within a large one. */
  public long received() {
    return received.sum();
  }

  /**
   * Lets no more ranks join.
   *
   * @return number of ranks that have not joined
   */
  public int seal() {
    listener.close();
    return roster.seal();
  }

  /**
   * Asks rank 0 to pause the run: all ranks end together as soon as they have one model, which has
   * been reported. Has no effect before all ranks have joined and know each other.
   */
  public void pause() {
    if (settled.getCount() == 0 && !closed) {
      roster.process(0).ifPresent(process -> process.pause(0));
    }
  }

  /** Tells all ranks to stop, also those that join later. The first reason counts. */
  public void abort(String why) {
    reason.compareAndSet(null, why);
    processes.forEach(process -> process.stop(reason.get()));
  }

  @Override
  public void close() {
    closed = true;
    settled.countDown();
    listener.close();
    processes.forEach(ProcessConnection::close);
    sender.close();
  }

  private void failMissingRanks() {
    try {
      if (settled.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    List<Integer> missing = missing();
    if (!closed && !missing.isEmpty()) {
      String late =
          String.format(
              Locale.ROOT,
              "timed out waiting for ranks %s to join: training.wait-timeout = %d ms",
              missing,
              timeout.toMillis());
      events.lost(missing.get(0), late);
      abort(late);
    }
  }

  private void accept(SocketChannel channel) {
    Daemon.thread("process", () -> serve(channel)).start();
  }

  private void serve(SocketChannel channel) {
    try (Streams streams = Streams.accepted(channel, key, Deadline.in(Listener.MEMBER_TIMEOUT));
        ProcessConnection process = new ProcessConnection(streams, sender)) {
      processes.add(process);
      try {
        if (closed) { // close may have missed this process
          return;
        }
        String why = reason.get(); // nor may abort have known it
        if (why != null) {
          process.stop(why);
        }
        process.listen(
            new MessageReader(streams.in(), maxReportBytes, received, events),
            host -> join(host, process));
      } finally {
        processes.remove(process);
      }
    } catch (IOException e) {
      LOG.debug("a process has disconnected", e);
    }
  }

  private boolean join(Member host, ProcessConnection process) {
    int joined;
    try {
      joined = roster.add(host, process);
    } catch (IOException e) {
      process.reject(host, e.getMessage());
      return false;
    }
    if (joined == world) {
      begin();
    } else if (joined == host.block().size()) { // it is the first
      Daemon.thread("rendezvous", this::failMissingRanks).start();
    }
    return true;
  }

  private void begin() {
    listener.close();
    events.joined();
    List<Member> hosts = roster.hosts();
    roster.processes().forEach(process -> process.begin(hosts));
    settled.countDown();
  }
}
