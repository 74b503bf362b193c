package io.syncnorm.spark.probe;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.plan.Crowd;
import io.syncnorm.plan.MeasuredSteps;
import io.syncnorm.plan.StepCost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a rank has measured.
 *
 * <pre>
 * executor [utf] machine [utf]
 * has network [1] latency, overhead, bytes per second [3 x 8]
 * steps [4] | cores [4] | per step: ranks, slots [2 x 4] seconds per step, per row, of a merge [3 x 8]
 * </pre>
 *
 * @param executor Spark's id of the rank's executor
 * @param machine Spark's name of the executor's machine
 * @param network empty if both ranks live in this executor
 * @param steps empty if another rank measured them
 */
record ProbeReport(
    String executor, String machine, Optional<LinkCost> network, Optional<MeasuredSteps> steps) {
  /** More than two texts of the longest kind and the numbers. */
  static final int MAX_BYTES = 1 << 18;

  /** {@code executor 3 on 10.0.0.7}. */
  static String name(String executor, String machine) {
    return "executor %s on %s".formatted(executor, machine);
  }

  String name() {
    return name(executor, machine);
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeUTF(executor);
      out.writeUTF(machine);
      out.writeBoolean(network.isPresent());
      if (network.isPresent()) {
        out.writeDouble(network.get().latency());
        out.writeDouble(network.get().overhead());
        out.writeDouble(network.get().bytesPerSecond());
      }
      out.writeInt(steps.map(measured -> measured.steps().size()).orElse(0));
      if (steps.isPresent()) {
        out.writeInt(steps.get().cores());
        for (MeasuredSteps.Step step : steps.get().steps()) {
          out.writeInt(step.crowd().ranks());
          out.writeInt(step.crowd().slots());
          out.writeDouble(step.cost().secondsPerStep());
          out.writeDouble(step.cost().secondsPerRow());
          out.writeDouble(step.cost().mergeSeconds());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an array accepts bytes", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not those of a report
   */
  static ProbeReport decode(byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      String executor = in.readUTF();
      String machine = in.readUTF();
      return new ProbeReport(
          executor,
          machine,
          in.readBoolean() ? Optional.of(network(in)) : Optional.empty(),
          steps(in, name(executor, machine)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "expected the report of a measurement: found length=" + bytes.length, e);
    }
  }

  private static LinkCost network(DataInputStream in) throws IOException {
    return new LinkCost(in.readDouble(), in.readDouble(), in.readDouble());
  }

  private static Optional<MeasuredSteps> steps(DataInputStream in, String machine)
      throws IOException {
    int count = in.readInt();
    if (count == 0) {
      return Optional.empty();
    }
    int cores = in.readInt();
    List<MeasuredSteps.Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Crowd crowd = new Crowd(in.readInt(), in.readInt());
      StepCost cost = new StepCost(in.readDouble(), in.readDouble(), in.readDouble());
      steps.add(new MeasuredSteps.Step(crowd, cost));
    }
    return Optional.of(new MeasuredSteps(machine, cores, steps));
  }
}
