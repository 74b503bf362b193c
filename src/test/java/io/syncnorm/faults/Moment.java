package io.syncnorm.faults;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The moments of faults, each with a configuration in which that moment is easy to hit. */
enum Moment {
  /** Before the first epoch: executors start and ranks join. */
  START(Settings.STEPS) {
    @Override
    String await(Driver driver, SplittableRandom random) throws Exception {
      driver.awaitExecutors();
      return pause(random.nextInt(2000), "executors");
    }
  },
  STEP(Settings.STEPS),
  AVERAGING(
      "data.limit-train=2000;data.limit-test=500;training.epochs=50;training.averaging.every=\"1 steps\""),
  EVALUATION("data.limit-train=512;data.limit-test=10000;training.epochs=50"),
  /** After the last epoch: ranks leave, and the driver writes its outputs. */
  END(Settings.STEPS) {
    @Override
    String await(Driver driver, SplittableRandom random) throws Exception {
      driver.awaitEpoch(driver.epochs());
      return pause(random.nextInt(2) * random.nextInt(300), "the last epoch");
    }
  };

  private final String settings;

  Moment(String settings) {
    this.settings = settings;
  }

  /** Returns the settings of training; equal for all moments without special needs. */
  List<String> settings() {
    return List.of(settings.split(";", -1));
  }

  /** Waits for the moment, and returns a description of it. */
  String await(Driver driver, SplittableRandom random) throws Exception {
    int epoch = 2 + random.nextInt(driver.epochs() * 2 / 3);
    driver.awaitEpoch(epoch);
    return pause(random.nextInt(60), "epoch " + epoch);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String pause(int millis, String after) throws InterruptedException {
    Thread.sleep(millis);
    return String.format(Locale.ROOT, "%s + %d ms", after, millis);
  }

  private static final class Settings {
    static final String STEPS = "data.limit-train=3000;data.limit-test=500;training.epochs=50";
  }
}
