package io.syncnorm.comm.driver;

import io.syncnorm.comm.fold.RankGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Who has joined an attempt. Thread-safe. */
final class Roster {
  private final int world;
  private final List<Member> hosts = new ArrayList<>();

  /** The process of each rank that has joined. */
  private final NavigableMap<Integer, ProcessConnection> processes = new TreeMap<>();

  private boolean sealed;

  Roster(int world) {
    this.world = world;
  }

  /**
   * Adds the ranks of a host.
   *
   * @return number of ranks that have joined, with these
   * @throws IOException if they may not join; the message is complete
   */
  synchronized int add(Member host, ProcessConnection process) throws IOException {
    RankGroup block = host.block();
    if (sealed) {
      throw new IOException("the attempt is over");
    }
    if (block.end() > world || block.ranks().anyMatch(processes::containsKey)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a rank must be 0 to %d and join once: ranks=%s",
              world - 1,
              block.ranks().boxed().toList()));
    }
    hosts.add(host);
    block.ranks().forEach(rank -> processes.put(rank, process));
    return processes.size();
  }

  /**
   * Lets no more ranks join.
   *
   * @return number of ranks that have not joined
   */
  synchronized int seal() {
    sealed = true;
    return world - processes.size();
  }

  /** The ranks that have not joined, ascending. */
  synchronized List<Integer> missing() {
    return IntStream.range(0, world).filter(rank -> !processes.containsKey(rank)).boxed().toList();
  }

  /** The hosts that have joined, in the order of their ranks. */
  synchronized List<Member> hosts() {
    return hosts.stream()
        .sorted(Comparator.comparingInt((Member host) -> host.block().first()))
        .toList();
  }

  /** The processes of the ranks that have joined. */
  synchronized Set<ProcessConnection> processes() {
    return Set.copyOf(processes.values());
  }

  /** The process of a rank, if it has joined. */
  synchronized Optional<ProcessConnection> process(int rank) {
    return Optional.ofNullable(processes.get(rank));
  }
}
