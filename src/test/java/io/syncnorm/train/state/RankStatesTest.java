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

  private static final List<float[]> LIKE = List.of(new float[LENGTH], new float[3]);
  private static final long BYTES = RankState.encodedLength(LIKE);

  @Test
  void shouldKeepTheStateOfEveryRankThatArrivesInParts() throws IOException {
    RankStates states = RankStates.create(2, BYTES);
    List<byte[]> second = parts(1, state(2));
    List<byte[]> first = parts(1, state(1));
    assertEquals(2, first.size());
    for (int part = 0; part < 2; part++) {
      assertFalse(states.isComplete());
      assertTrue(first.get(part).length <= RankStateReport.MAX_BYTES);
      assertTrue(RankStateReport.isStateReport(first.get(part)));
      RankStateReport.receive(2, second.get(part), states);
      RankStateReport.receive(1, first.get(part), states);
    }
    assertTrue(states.isComplete());
    assertHolds(states);

    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    states.writeTo(stored);
    assertEquals(states.bytes(), stored.size());
    assertHolds(RankStates.readFrom(new ByteArrayInputStream(stored.toByteArray()), 2, BYTES));
    byte[] torn = Arrays.copyOf(stored.toByteArray(), stored.size() - 1);
    assertThrows(
        IOException.class, () -> RankStates.readFrom(new ByteArrayInputStream(torn), 2, BYTES));
  }

  @Test
  void shouldRefuseWhatIsNotAPartOfAState() {
    RankStates states = RankStates.create(2, 10);
    for (int rank : List.of(0, 3, -1)) {
      assertThrows(IllegalArgumentException.class, () -> states.write(rank, 0, new byte[1], 0, 1));
    }
    assertThrows(IllegalArgumentException.class, () -> states.write(1, 8, new byte[3], 0, 3));
    assertThrows(IllegalArgumentException.class, () -> states.write(1, -1, new byte[3], 0, 3));
    assertThrows(IllegalArgumentException.class, () -> RankStates.NONE.write(1, 0, ONE_BYTE, 0, 1));
  }

  @Test
  void shouldExistUntilEveryHolderHasReleasedIt() {
    RankStates states = RankStates.create(1, 10);
    states.retain().release();
    states.write(1, 0, ONE_BYTE, 0, 1);
    states.release();
    assertThrows(UncheckedIOException.class, () -> states.write(1, 1, ONE_BYTE, 0, 1));
  }

  /** A rank may be an epoch ahead of the report of another. */
  @Test
  void shouldCountAnEpochWhenAllRanksHaveReported() {
    Arrivals<String> arrivals = new Arrivals<>();
    parts(1, state(1)).forEach(part -> arrivals.add(1, part, 2, BYTES));
    arrivals.add(1, "first", 2);
    parts(2, state(1)).forEach(part -> arrivals.add(1, part, 2, BYTES));
    arrivals.add(2, "second", 2);
    assertEquals(Optional.empty(), arrivals.poll(1));

    List<byte[]> late = parts(1, state(2));
    arrivals.add(2, late.get(0), 2, BYTES);
    assertEquals(Optional.empty(), arrivals.poll(1));
    arrivals.add(2, late.get(1), 2, BYTES);

    Arrivals.Epoch<String> first = arrivals.poll(1).orElseThrow();
    assertEquals("first", first.report());
    assertHolds(first.states());
    assertEquals(Optional.empty(), arrivals.poll(1));
    arrivals.clear();
    parts(2, state(2)).forEach(part -> arrivals.add(2, part, 2, BYTES));
    assertEquals(Optional.empty(), arrivals.poll(2), "the ranks were started again");
    arrivals.add(3, "without states", 0);
    assertEquals(RankStates.NONE, arrivals.poll(3).orElseThrow().states());
  }

  private static final byte[] ONE_BYTE = {1};

  private static void assertHolds(RankStates states) {
    for (int rank = 1; rank <= 2; rank++) {
      RankState expected = state(rank);
      RankState found = states.state(rank, LIKE);
      assertEquals(expected.updates(), found.updates());
      assertArrayEquals(expected.slots().get(0), found.slots().get(0));
      assertArrayEquals(expected.slots().get(1), found.slots().get(1));
    }
  }

  private static RankState state(int rank) {
    float[] numbers = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      numbers[i] = rank * 1000 + i;
    }
    return new RankState(List.of(numbers, new float[] {rank, -rank, 0}), 7L << 40 | rank);
  }

  private static List<byte[]> parts(int epoch, RankState state) {
    List<byte[]> parts = new ArrayList<>();
    RankStateReport.send(epoch, state, parts::add);
    return parts;
  }
}
