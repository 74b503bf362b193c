package io.syncnorm.comm.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which processes need connections, against the messages of all programs. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NeighboursTest {
  static IntStream worlds() {
    return IntStream.concat(IntStream.rangeClosed(1, 10), IntStream.of(17, 32, 64));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void shouldConnectThoseThatExchangeMessagesAndNoOthers(int world) {
    for (int processes = 1; processes <= world; processes += 1 + world / 10) {
      for (int[] placed : ScheduleTest.placements(world, processes)) {
        for (int size : new int[] {1, 2, 3, 8, 11, world}) {
          check(placed, new RankGroups(world, size));
        }
      }
    }
  }

  private static void check(int[] placed, RankGroups groups) {
    Placement placement = new Placement(placed);
    Neighbours neighbours = new Neighbours(placement, groups);
    List<Schedule> schedules = schedules(groups, placement);
    int processes = IntStream.of(placed).max().orElseThrow() + 1;
    List<SortedSet<Integer>> expected =
        IntStream.range(0, processes).mapToObj(process -> peers(schedules, process)).toList();
    for (int process = 0; process < processes; process++) {
      SortedSet<Integer> own = expected.get(process);
      assertEquals(own, neighbours.of(process), () -> Arrays.toString(placed) + groups);
      assertFalse(own.contains(process));
      for (int other : own) {
        assertTrue(expected.get(other).contains(process), () -> Arrays.toString(placed));
      }
    }
  }

  private static List<Schedule> schedules(RankGroups groups, Placement placement) {
    List<Schedule> schedules =
        new ArrayList<>(Schedule.candidates(FoldTree.over(0, groups.world()), placement));
    for (int first = 0; first < groups.world(); first += groups.size()) {
      int end = Math.min(first + groups.size(), groups.world());
      schedules.addAll(Schedule.candidates(FoldTree.over(first, end), placement));
    }
    return schedules;
  }

  /** The processes that one sends to or receives from in any program. */
  private static SortedSet<Integer> peers(List<Schedule> schedules, int process) {
    return schedules.stream()
        .filter(schedule -> schedule.processes().contains(process))
        .flatMap(schedule -> Stream.of(schedule.program(process), schedule.vectorProgram(process)))
        .flatMap(program -> program.rounds().stream())
        .flatMap(round -> Stream.concat(round.out().stream(), round.in().stream()))
        .map(Part::peer)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "8, 28", "16, 32", "256, 1024", "1024, 5120"})
  void shouldMakeFewConnections(int processes, long connections) {
    Placement placement = new Placement(IntStream.range(0, processes).toArray());
    Neighbours neighbours = new Neighbours(placement, RankGroups.ofAll(processes));
    long ends = IntStream.range(0, processes).mapToLong(i -> neighbours.of(i).size()).sum();
    assertEquals(connections, ends / 2);
  }

  /** They measure what messages cost, in pairs. */
  @Test
  void shouldConnectAllProcessesThatMayGather() {
    Neighbours neighbours =
        new Neighbours(new Placement(0, 1, 2, 3, 4, 5, 6, 7), RankGroups.ofAll(8));
    assertEquals(new TreeSet<>(List.of(0, 1, 2, 4, 5, 6, 7)), neighbours.of(3));
  }

  @Test
  void shouldListTheWorldAndItsGroups() {
    assertEquals(List.of(RankGroup.all(5)), RankGroups.ofAll(5).all());
    assertEquals(List.of(RankGroup.all(5)), new RankGroups(5, 1).all());
    assertEquals(List.of(RankGroup.all(5)), new RankGroups(5, Integer.MAX_VALUE).all());
    assertEquals(
        List.of(RankGroup.all(5), new RankGroup(0, 2), new RankGroup(2, 4), new RankGroup(4, 5)),
        new RankGroups(5, 2).all());
    assertEquals(
        "groups need at least one rank: world=3 size=0",
        assertThrows(IllegalArgumentException.class, () -> new RankGroups(3, 0)).getMessage());
  }
}
