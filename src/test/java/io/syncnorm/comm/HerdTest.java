package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many processes that start at once, each with real connections. */
@Timeout(60)
class HerdTest {
  private static final int PROCESSES = 256;

  @Test
  void shouldConnectAndFold() throws Exception {
    Layout layout = Layout.of(IntStream.range(0, PROCESSES).boxed().toArray(Integer[]::new));
    try (TestWorld world = new TestWorld(layout, Duration.ofSeconds(50))) {
      for (double[] result :
          world.run(
              communicator -> {
                double[] values = {1 + communicator.rank()};
                communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, Communicator.SUM);
                return values;
              })) {
        assertEquals(PROCESSES * (PROCESSES + 1) / 2, result[0]);
      }
      assertTrue(world.events.isEmpty(), world.events.toString());
    }
  }
}
