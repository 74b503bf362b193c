package io.syncnorm.faults;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running command has written so far, read again and again, with the time of each event. */
final class RunLog {
  private static final Pattern STEPS = Pattern.compile("(\\d+) steps per epoch");
  private static final Pattern EPOCH =
      Pattern.compile("epoch (\\d+)/\\d+ .* ([0-9.]+) s \\(compute");
  private static final Pattern LOSS = Pattern.compile("attempt \\d+ of \\d+ ended");
  private static final Pattern HOSTS = Pattern.compile("on (\\d+) hosts? after .*; paused");

  private final Driver driver;
  private final Listener listener;
  private int read;
  private int stepsPerEpoch;

  /** Is told what happens in a run, at {@link System#nanoTime}. */
  interface Listener {
    /** An epoch has ended. */
    default void epoch(int epoch, double seconds, long nanos) {}

    /** Training has ended because a rank was lost, and is to be resumed. */
    default void loss(String line, long nanos) {}

    /** The first step since a start or a change of the hosts is done. */
    default void step(int hosts, String line, long nanos) {}
  }

  RunLog(Driver driver, Listener listener) {
    this.driver = driver;
    this.listener = listener;
  }

  /** Returns 0 if the driver has not said it yet. */
  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Reads the lines that have been completed since the last call. */
  void read() throws IOException {
    String text = driver.err();
    long now = System.nanoTime();
    int end;
    while ((end = text.indexOf('\n', read)) >= 0) {
      read(text.substring(read, end), now);
      read = end + 1;
    }
  }

  private void read(String line, long now) {
    Matcher steps = STEPS.matcher(line);
    Matcher epoch = EPOCH.matcher(line);
    Matcher hosts = HOSTS.matcher(line);
    if (steps.find()) {
      stepsPerEpoch = Integer.parseInt(steps.group(1));
    } else if (epoch.find()) {
      listener.epoch(Integer.parseInt(epoch.group(1)), Double.parseDouble(epoch.group(2)), now);
    } else if (LOSS.matcher(line).find()) {
      listener.loss(line, now);
    } else if (hosts.find()) {
      listener.step(Integer.parseInt(hosts.group(1)), line, now);
    }
  }
}
