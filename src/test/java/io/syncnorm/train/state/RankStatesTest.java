package io.syncnorm.train.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RankStatesTest {
  /** Larger than a report. */
  private static final int LENGTH = RankStateReport.MAX_BYTES / Float.BYTES + 100;

  private static final RankState.Shape SHAPE = new RankState.Shape(1, 2, 1, List.of(LENGTH, 3), 2);
  private static final RankState.Shape TEN_BYTES_AND_TWO =
      new RankState.Shape(1, 1, 0, List.of(), 1);
  private static final int WORLD = 3;

  @Test
  void shouldKeepTheStateOfEveryRankThatArrivesInParts() throws IOException {
    RankStates states = RankStates.create(SHAPE, WORLD);
    List<byte[]> second = parts(1, state(2));
    List<byte[]> first = parts(1, state(1));
    assertEquals(2, first.size());
    for (int part = 0; part < 2; part++) {
      assertFalse(states.isComplete());
      assertTrue(first.get(part).length <= RankStateReport.MAX_BYTES);
      assertTrue(RankStateReport.isStateReport(first.get(part)[0]));
      RankStateReport.receive(2, second.get(part), states);
      RankStateReport.receive(1, first.get(part), states);
    }
    assertTrue(states.isComplete());
    assertHolds(states);

    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    states.writeTo(stored);
    assertEquals(states.bytes(), stored.size());
    assertHolds(RankStates.readFrom(new ByteArrayInputStream(stored.toByteArray()), SHAPE, WORLD));
    byte[] torn = Arrays.copyOf(stored.toByteArray(), stored.size() - 1);
    assertThrows(
        IOException.class, () -> RankStates.readFrom(new ByteArrayInputStream(torn), SHAPE, WORLD));
  }

  @Test
  void shouldRefuseWhatIsNotAPartOfAState() {
    RankStates states = RankStates.create(TEN_BYTES_AND_TWO, WORLD);
    for (int rank : List.of(0, 3, -1)) {
      assertThrows(IllegalArgumentException.class, () -> states.write(rank, 0, new byte[1], 0, 1));
    }
    assertThrows(IllegalArgumentException.class, () -> states.write(1, 10, new byte[3], 0, 3));
    assertThrows(IllegalArgumentException.class, () -> states.write(1, -1, new byte[3], 0, 3));
    assertThrows(IllegalArgumentException.class, () -> RankStates.NONE.write(1, 0, ONE_BYTE, 0, 1));
  }

  @Test
  void shouldExistUntilEveryHolderHasReleasedIt() {
    RankStates states = RankStates.create(TEN_BYTES_AND_TWO, 2);
    states.retain().release();
    states.write(1, 0, ONE_BYTE, 0, 1);
    states.release();
    assertThrows(UncheckedIOException.class, () -> states.write(1, 1, ONE_BYTE, 0, 1));
  }

  /** A rank may be an epoch ahead of the report of another. */
  @Test
  void shouldCountAnEpochWhenAllRanksHaveReported() {
    Arrivals<String> arrivals = new Arrivals<>();
    parts(1, state(1)).forEach(part -> arrivals.add(1, part, SHAPE, WORLD));
    arrivals.add(new Position(1, 0), "first", 2);
    parts(2, state(1)).forEach(part -> arrivals.add(1, part, SHAPE, WORLD));
    arrivals.add(new Position(2, 0), "second", 2);
    assertEquals(Optional.empty(), arrivals.poll());

    List<byte[]> late = parts(1, state(2));
    arrivals.add(2, late.get(0), SHAPE, WORLD);
    assertEquals(Optional.empty(), arrivals.poll());
    arrivals.add(2, late.get(1), SHAPE, WORLD);

    Arrivals.Reached<String> first = arrivals.poll().orElseThrow();
    assertEquals("first", first.report());
    assertHolds(first.states());
    assertEquals(Optional.empty(), arrivals.poll());
    arrivals.clear(new Position(1, 0));
    parts(2, state(2)).forEach(part -> arrivals.add(2, part, SHAPE, WORLD));
    assertEquals(Optional.empty(), arrivals.poll(), "the ranks were started again");
    arrivals.clear(new Position(2, 0));
    arrivals.add(new Position(3, 0), "without states", 0);
    assertEquals(RankStates.NONE, arrivals.poll().orElseThrow().states());
  }

  @Test
  void shouldLeaveOutPositionsInsideAnEpochThatAreOvertaken() {
    Arrivals<String> arrivals = new Arrivals<>();
    arrivals.add(new Position(0, 5), "incomplete", 2);
    arrivals.add(new Position(0, 7), "overtakes", 0);
    arrivals.add(new Position(1, 0), "an end", 2);
    arrivals.add(new Position(1, 3), "waits for the end", 0);
    assertEquals("overtakes", arrivals.poll().orElseThrow().report());
    arrivals.add(new Position(0, 5), "late", 0);
    assertEquals(Optional.empty(), arrivals.poll());
    for (int rank = 1; rank <= 2; rank++) {
      int of = rank;
      parts(1, state(rank)).forEach(part -> arrivals.add(of, part, SHAPE, WORLD));
    }
    assertEquals("an end", arrivals.poll().orElseThrow().report());
    assertEquals("waits for the end", arrivals.poll().orElseThrow().report());
    assertEquals(Optional.empty(), arrivals.poll());
  }

  /** The rank's report is written without a lock, and another rank's completes a later position. */
  @Test
  void shouldKeepTheStatesOfAReplacedPositionWhileTheyAreWritten() {
    Arrivals<String> arrivals = new Arrivals<>();
    Position replaced = new Position(0, 5);
    arrivals.add(replaced, "incomplete", 2);
    RankStates writing = arrivals.hold(replaced, TEN_BYTES_AND_TWO, WORLD).orElseThrow();
    arrivals.add(new Position(0, 7), "replaces it", 0);
    assertEquals("replaces it", arrivals.poll().orElseThrow().report());
    writing.write(1, 0, ONE_BYTE, 0, 1);
    writing.release();
    assertThrows(
        UncheckedIOException.class, () -> writing.write(1, 1, ONE_BYTE, 0, 1), "nobody holds them");
    assertEquals(Optional.empty(), arrivals.hold(replaced, TEN_BYTES_AND_TWO, WORLD));
  }

  private static final byte[] ONE_BYTE = {1};

  private static void assertHolds(RankStates states) {
    for (int rank = 1; rank <= 2; rank++) {
      RankState expected = state(rank);
      RankState found = states.state(rank);
      assertArrayEquals(expected.counters(), found.counters());
      assertArrayEquals(expected.sums(), found.sums());
      assertArrayEquals(expected.statistics(), found.statistics());
      assertArrayEquals(expected.slots().get(0), found.slots().get(0));
      assertArrayEquals(expected.slots().get(1), found.slots().get(1));
    }
  }

  private static RankState state(int rank) {
    float[] numbers = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      numbers[i] = rank * 1000 + i;
    }
    return new RankState(
        new long[] {7L << 40 | rank, rank},
        new double[] {rank / 3.0},
        List.of(numbers, new float[] {rank, -rank, 0}),
        new float[] {rank, 5});
  }

  private static List<byte[]> parts(int epoch, RankState state) {
    List<byte[]> parts = new ArrayList<>();
    RankStateReport.send(new Position(epoch, 0), state, parts::add);
    return parts;
  }
}
