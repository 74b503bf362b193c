package io.syncnorm.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.Slow;
import io.syncnorm.faults.Report.End;
import io.syncnorm.submit.SparkArchive;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests a few of {@link FaultDrill}'s faults, each in the same run. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@ExtendWith(SparkArchive.class)
class FaultsIT {
  @TempDir private static Path folder;
  private static Drill drill;

  @BeforeAll
  static void startCluster() throws Exception {
    drill = Drill.start(folder);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (drill != null) {
      drill.close();
    }
  }

  @Test
  void shouldEndWithTheModelOfTheUndisturbedRun() throws Exception {
    shouldEndWithTheModelOfTheUndisturbedRun(1, Kind.EXECUTOR_KILLED, Moment.STEP);
  }

  @Slow
  @ParameterizedTest
  @CsvSource({"2, EXECUTOR_STOPPED, STEP", "3, CONNECTION_CUT, START"})
  void shouldEndWithTheModelOfTheUndisturbedRun(long seed, Kind kind, Moment moment)
      throws Exception {
    Report report = drill.run(new Injection(seed, kind, moment));
    System.out.println(report.line());
    if (report.end() != End.SKIPPED) {
      assertEquals(End.RECOVERED, report.end(), report.line());
    }
  }
}
