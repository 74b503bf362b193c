package io.syncnorm.comm.fold;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of all processes, run on expressions, and what they send. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ScheduleTest {
  private static final int MOST_RANKS = 64;

  /** A prime, so that segments are of different lengths; fewer than some worlds have processes. */
  private static final int ELEMENTS = 19;

  /** Elements of vectors whose segments are all of one length. */
  private static final long LONG = 1 << 20;

  /** What a step of 784-128-64-10 sends for each value: two layers' moments and gradient sums. */
  private static final int STEP_BYTES = ((1 + 2 * 128) + (1 + 2 * 64) + 2 * 128 + 2 * 64) * 8;

  private static final int STEP_EXCHANGES = 4;

  static IntStream worlds() {
    return IntStream.concat(
        IntStream.rangeClosed(1, 24), IntStream.of(31, 32, 33, 48, 63, MOST_RANKS));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void shouldFoldAlongTheTreeForEveryPlacement(int world) {
    for (int processes = 1; processes <= world; processes++) {
      for (int[] placed : placements(world, processes)) {
        checkWhole(FoldTree.over(0, world), placed);
      }
    }
  }

  static IntStream someWorlds() {
    return IntStream.concat(IntStream.rangeClosed(1, 16), IntStream.of(24, 33, MOST_RANKS));
  }

  @ParameterizedTest
  @MethodSource("someWorlds")
  void shouldFoldLongVectorsAlongTheTreeForEveryPlacement(int world) {
    for (int processes = 1; processes <= world; processes++) {
      for (int[] placed : placements(world, processes)) {
        checkVectors(FoldTree.over(0, world), placed);
      }
    }
  }

  @Test
  void shouldFoldAGroupOfRanksWithItsProcessesOnly() {
    int world = 24;
    for (int processes = 1; processes <= world; processes++) {
      for (int[] placed : placements(world, processes)) {
        for (int size = 1; size <= world; size += 4) {
          FoldTree group = FoldTree.over(world - size, world);
          checkWhole(group, placed);
          checkVectors(group, placed);
          assertEquals(
              IntStream.of(placed).skip(group.first()).sorted().distinct().boxed().toList(),
              Schedule.tree(group, new Placement(placed)).processes());
        }
      }
    }
  }

  private static void checkWhole(FoldTree tree, int[] placed) {
    for (Schedule schedule : Schedule.candidates(tree, new Placement(placed))) {
      Map<Integer, Program> programs = programs(schedule, schedule::program);
      new SymbolicRun(tree, placed, programs, 1).check();
      int bits = ceilLog2(programs.size());
      programs.forEach(
          (process, program) -> {
            assertTrue(program.rounds().size() <= Math.min(bits + 1, 2 * bits), () -> text(placed));
            for (Round round : program.distribute()) {
              assertTrue(round.out().size() <= 1, () -> text(placed));
            }
            for (int peer : program.peers()) {
              assertTrue(programs.get(peer).peers().contains(process), () -> text(placed));
            }
          });
    }
  }

  private static void checkVectors(FoldTree tree, int[] placed) {
    for (Schedule schedule : Schedule.candidates(tree, new Placement(placed))) {
      Map<Integer, Program> programs = programs(schedule, schedule::vectorProgram);
      new SymbolicRun(tree, placed, programs, ELEMENTS).check();
      programs.forEach(
          (process, program) ->
              assertEquals(schedule.program(process).peers(), program.peers(), () -> text(placed)));
    }
  }

  private static Map<Integer, Program> programs(Schedule schedule, IntFunction<Program> program) {
    return schedule.processes().stream().collect(toMap(identity(), program::apply));
  }

  private static String text(int[] placed) {
    return Arrays.toString(placed);
  }

  private static int ceilLog2(int n) {
    return 32 - Integer.numberOfLeadingZeros(n - 1);
  }

  /** Equal blocks, blocks of random lengths, ranks dealt in turn, and ranks dealt at random. */
  static List<int[]> placements(int world, int processes) {
    Random random = new Random(1000L * world + processes);
    int[] atRandom =
        IntStream.range(0, world)
            .map(rank -> rank < processes ? rank : random.nextInt(processes))
            .toArray();
    return List.of(
        blocks(world, processes),
        IntStream.of(atRandom).sorted().toArray(),
        IntStream.range(0, world).map(rank -> rank % processes).toArray(),
        atRandom);
  }

  private static int[] blocks(int world, int processes) {
    int[] placed = new int[world];
    for (int process = 0; process < processes; process++) {
      Arrays.fill(placed, process * world / processes, (process + 1) * world / processes, process);
    }
    return placed;
  }

  /** What the busiest process sends in a step of 784-128-64-10, which exchanges four times. */
  @ParameterizedTest
  @CsvSource({
    "1024,  256,  8,  8, 50048",
    "1000,  250,  9,  8, 50048",
    "1024,  255,  9,  8, 50048",
    "1024,  300, 10, 10, 62560",
    "1024,  511, 10,  9, 56304",
    "1024, 1024, 10, 10, 62560",
    "1024,    3,  3,  9, 55632",
    "   8,    2,  1,  1,  6256"
  })
  void shouldSendFewValuesAlongTheTree(
      int world, int processes, int rounds, int values, int stepBytes) {
    Schedule schedule =
        Schedule.tree(FoldTree.over(0, world), new Placement(blocks(world, processes)));
    List<Program> programs = schedule.processes().stream().map(schedule::program).toList();
    programs.forEach(program -> assertEquals(rounds, program.rounds().size()));
    assertEquals(values, programs.stream().mapToInt(Program::values).max().orElseThrow());
    assertEquals(
        stepBytes,
        programs.stream()
            .mapToInt(
                program ->
                    program.values() * STEP_BYTES
                        + program.messages() * STEP_EXCHANGES * LinkCost.HEADER_BYTES)
            .max()
            .orElseThrow());
  }

  /**
   * Bytes for each element that the busiest process sends. With aligned blocks they are {@code 12
   * (1 - 1/P)}, 8 for a sum and 4 for a mean, and 2 less if the first half sent is of one rank.
   */
  @ParameterizedTest
  @CsvSource({
    "   2,    2, 4",
    "   4,    4, 7",
    "   8,    2, 6",
    "1024,  256, 11.953125",
    "1024, 1024, 9.98828125",
    "  12,    3, 16",
    "1000,  250, 16",
    "1024,  255, 20",
    "  64,   12, 20"
  })
  void shouldSendFewBytesOfLongVectorsAlongTheTree(int world, int processes, double bytes) {
    assertEquals(
        bytes,
        busiest(Schedule.tree(FoldTree.over(0, world), new Placement(blocks(world, processes)))));
  }

  /** A sum of its own ranks to each of the others, and a mean. */
  @ParameterizedTest
  @CsvSource({"2, 2, 4", "4, 4, 6", "8, 2, 6", "8, 4, 9"})
  void shouldSendFewBytesOfLongVectorsByGather(int world, int processes, double bytes) {
    assertEquals(
        bytes,
        busiest(Schedule.gather(FoldTree.over(0, world), new Placement(blocks(world, processes)))));
  }

  private static double busiest(Schedule schedule) {
    return (double)
            schedule.processes().stream()
                .map(schedule::vectorProgram)
                .mapToLong(ScheduleTest::vectorBytes)
                .max()
                .orElseThrow()
        / LONG;
  }

  private static long vectorBytes(Program program) {
    return sent(program.reduce(), part -> part.sumBytes(LONG) - part.sumBytes(0))
        + sent(program.distribute(), part -> part.meanBytes(LONG));
  }

  private static long sent(List<Round> rounds, ToLongFunction<Part> bytes) {
    return rounds.stream().flatMap(round -> round.out().stream()).mapToLong(bytes).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9, 64})
  void shouldOfferToGatherToFewProcesses(int processes) {
    List<Schedule> candidates =
        Schedule.candidates(FoldTree.over(0, 64), new Placement(blocks(64, processes)));
    assertEquals(processes <= 8 ? 2 : 1, candidates.size());
    assertTrue(candidates.get(0) instanceof TreeSchedule);
  }

  @Test
  void shouldRejectWhatIsNotPlaced() {
    Placement placement = new Placement(0, 1, 1);
    assertEquals(
        "the tree has ranks that are not placed: end=4 world=3",
        assertThrows(
                IllegalArgumentException.class, () -> Schedule.tree(FoldTree.over(0, 4), placement))
            .getMessage());
    assertEquals(
        "a process has an index from 0: [0, -1]",
        assertThrows(IllegalArgumentException.class, () -> new Placement(0, -1)).getMessage());
    Schedule group = Schedule.gather(FoldTree.over(1, 3), placement);
    assertEquals(
        "the process has no rank of the tree: process=0 tree=[1, 3) processes=[1]",
        assertThrows(IllegalArgumentException.class, () -> group.program(0)).getMessage());
  }
}
