package io.syncnorm.comm.fold;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What a network costs, and what an exchange costs on it:
 *
 * <pre>
 * seconds = sum over rounds of (latency + that of the busiest process)
 * busy    = sum over its messages of (overhead + (24 + payload) / bytesPerSecond)
 * </pre>
 *
 * <p>A process sends and receives at once, so of the two the one that takes longer counts.
 *
 * @param latency seconds from sending an empty message to having received it, without the work
 * @param overhead seconds of work for each message
 * @param bytesPerSecond in each direction
 */
public record LinkCost(double latency, double overhead, double bytesPerSecond)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Header of a message. */
  public static final int HEADER_BYTES = 24;

  /**
   * Ethernet of 10 Gb/s between machines of one cluster: an empty message takes 30 us, of which a
   * process works for 3 us.
   */
  public static final LinkCost TYPICAL = new LinkCost(27e-6, 3e-6, 1.25e9);

  /**
   * @throws IllegalArgumentException if a time is negative or nothing would ever arrive
   */
  public LinkCost {
    if (!(latency >= 0 && overhead >= 0 && bytesPerSecond > 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a network has times of at least 0 and a bandwidth above 0: latency=%s overhead=%s"
                  + " bytesPerSecond=%s",
              latency,
              overhead,
              bytesPerSecond));
    }
  }

  /**
   * Seconds that an exchange of whole messages takes, without waiting for ranks that are late.
   *
   * @param valueBytes of one rank's message
   */
  public double seconds(Schedule schedule, long valueBytes) {
    return seconds(
        programs(schedule, schedule::program),
        Program::rounds,
        part -> part.nodes().size() * valueBytes);
  }

  /**
   * Seconds that an exchange of long vectors takes, without waiting for ranks that are late.
   *
   * @param elements of one rank's vectors
   */
  public double vectorSeconds(Schedule schedule, long elements) {
    List<Program> programs = programs(schedule, schedule::vectorProgram);
    return seconds(programs, Program::reduce, part -> part.sumBytes(elements))
        + seconds(programs, Program::distribute, part -> part.meanBytes(elements));
  }

  /**
   * The fastest schedule for whole messages, of several the first. Processes that agree on this
   * record and on the placement choose alike, because all look at the programs of all.
   *
   * @param valueBytes of one rank's message
   */
  public Schedule fastest(List<Schedule> candidates, long valueBytes) {
    return fastest(candidates, schedule -> seconds(schedule, valueBytes));
  }

  /**
   * The fastest schedule for long vectors, of several the first.
   *
   * @param elements of one rank's vectors
   */
  public Schedule fastestForVectors(List<Schedule> candidates, long elements) {
    return fastest(candidates, schedule -> vectorSeconds(schedule, elements));
  }

  private static Schedule fastest(List<Schedule> candidates, ToDoubleFunction<Schedule> seconds) {
    Schedule fastest = candidates.get(0);
    for (Schedule candidate : candidates.subList(1, candidates.size())) {
      if (seconds.applyAsDouble(candidate) < seconds.applyAsDouble(fastest)) {
        fastest = candidate;
      }
    }
    return fastest;
  }

  private static List<Program> programs(Schedule schedule, IntFunction<Program> program) {
    return schedule.processes().stream().map(program::apply).toList();
  }

  private double seconds(
      List<Program> programs, Function<Program, List<Round>> rounds, ToLongFunction<Part> bytes) {
    double seconds = 0;
    for (int i = 0; i < rounds.apply(programs.get(0)).size(); i++) {
      double busiest = 0;
      for (Program program : programs) {
        Round round = rounds.apply(program).get(i);
        busiest =
            Math.max(busiest, Math.max(seconds(round.out(), bytes), seconds(round.in(), bytes)));
      }
      seconds += latency + busiest;
    }
    return seconds;
  }

  private double seconds(List<Part> parts, ToLongFunction<Part> bytes) {
    return parts.stream()
        .mapToDouble(part -> overhead + (HEADER_BYTES + bytes.applyAsLong(part)) / bytesPerSecond)
        .sum();
  }
}
