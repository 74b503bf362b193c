package io.syncnorm.comm;

import io.syncnorm.comm.fold.Fold;
import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.Part;
import io.syncnorm.comm.fold.Program;
import io.syncnorm.comm.fold.Round;
import io.syncnorm.comm.fold.Schedule;
import io.syncnorm.comm.fold.Segment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Adds up what the ranks of one process contribute to a weighted mean with what those of other
 * processes do, a chunk of the vectors at a time.
 *
 * <p>A single rank's contribution travels as its share of the weight and its floats, a sum as
 * doubles, and the mean as floats. So a pair of ranks costs four bytes an element in each
 * direction, and the mean is rounded once.
 */
final class VectorExchange {
  private final Processes processes;
  private final Slots slots;
  private final Messages out = new Messages();
  private final Messages in = new Messages();
  private final Value[] values;
  private float[] means = {};
  private long elements;
  private int chunk;
  private Program program;

  /** What the process knows of the node that begins with a rank. */
  private static final class Value {
    /** Of a single rank. */
    double share;

    float[] floats = {};

    /** Of several ranks. */
    double[] sums = {};

    boolean isSum;
  }

  VectorExchange(Processes processes, Slots slots) {
    this.processes = processes;
    this.slots = slots;
    this.values = new Value[slots.size()];
  }

  /**
   * Prepares for vectors, if there are other processes; to be called by one rank while the others
   * wait.
   *
   * @param length elements of all vectors of a rank
   */
  void start(long length) {
    if (processes.transport().isEmpty() || length == elements) {
      return;
    }
    elements = length;
    chunk = (int) Math.min(Schedule.CHUNK, length);
    program = processes.vectorProgram(chunk);
    for (FoldTree node : program.localNodes()) {
      if (node instanceof FoldTree.Leaf leaf) {
        floats(leaf.rank());
      } else {
        sums(node.first());
      }
    }
    means = means.length < chunk ? new float[chunk] : means;
  }

  /** The nodes to which this process contributes. */
  List<FoldTree> localNodes() {
    return program.localNodes();
  }

  /** Where the ranks of this process write the elements of a local node of one rank. */
  float[] floatsOf(FoldTree node) {
    return values[node.first()].floats;
  }

  /** Where the ranks of this process write the sums of a local node of several ranks. */
  double[] sumsOf(FoldTree node) {
    return values[node.first()].sums;
  }

  /** The means of the chunk, after {@link #run}. */
  float[] means() {
    return means;
  }

  /**
   * Computes the means of a chunk; to be called by one rank while the others wait.
   *
   * @param length elements of the chunk
   * @param total weight of all ranks
   */
  void run(long tag, int length, double total, Limit limit) {
    for (FoldTree node : program.localNodes()) {
      Value value = values[node.first()];
      value.isSum = node.size() > 1;
      value.share = slots.of(node.first()).weight / total;
    }
    int number = 0;
    for (Round round : program.reduce()) {
      reduce(round, tag, length, limit.inRound(number++));
    }
    program.reduced().ifPresent(segment -> computeMeans(segment, length));
    for (Round round : program.distribute()) {
      distribute(round, tag, length, limit.inRound(number++));
    }
  }

  private void reduce(Round round, long tag, int length, Limit limit) {
    clear();
    for (Part part : round.out()) {
      ByteBuffer bytes = out.add(part.peer(), part.sumBytes(length));
      part.nodes().forEach(node -> write(node, part.segment(), length, bytes));
      bytes.flip();
    }
    round.in().forEach(part -> in.add(part.peer(), part.sumBytes(length)));
    processes.round(tag, out, in, limit, Communicator.NOTHING);
    for (int i = 0; i < round.in().size(); i++) {
      Part part = round.in().get(i);
      ByteBuffer bytes = in.bytes(i).rewind();
      part.nodes().forEach(node -> read(node, part.segment(), length, bytes));
    }
    round.folds().forEach(fold -> fold(fold, round.folded(), length));
  }

  private void distribute(Round round, long tag, int length, Limit limit) {
    clear();
    for (Part part : round.out()) {
      int start = (int) part.segment().start(length);
      int count = (int) part.segment().length(length);
      ByteBuffer bytes = out.add(part.peer(), part.meanBytes(length));
      bytes.asFloatBuffer().put(means, start, count);
    }
    round.in().forEach(part -> in.add(part.peer(), part.meanBytes(length)));
    processes.round(tag, out, in, limit, Communicator.NOTHING);
    for (int i = 0; i < round.in().size(); i++) {
      Segment segment = round.in().get(i).segment();
      in.bytes(i)
          .rewind()
          .asFloatBuffer()
          .get(means, (int) segment.start(length), (int) segment.length(length));
    }
  }

  private void clear() {
    out.clear();
    in.clear();
  }

  private void write(FoldTree node, Segment segment, int length, ByteBuffer into) {
    Value value = values[node.first()];
    int start = (int) segment.start(length);
    int count = (int) segment.length(length);
    if (node.size() == 1) {
      into.putDouble(value.share).asFloatBuffer().put(value.floats, start, count);
      into.position(into.position() + count * Float.BYTES);
    } else {
      into.asDoubleBuffer().put(value.sums, start, count);
      into.position(into.position() + count * Double.BYTES);
    }
  }

  private void read(FoldTree node, Segment segment, int length, ByteBuffer from) {
    int start = (int) segment.start(length);
    int count = (int) segment.length(length);
    if (node.size() == 1) {
      Value value = floats(node.first());
      value.isSum = false;
      value.share = from.getDouble();
      from.asFloatBuffer().get(value.floats, start, count);
      from.position(from.position() + count * Float.BYTES);
    } else {
      Value value = sums(node.first());
      value.isSum = true;
      from.asDoubleBuffer().get(value.sums, start, count);
      from.position(from.position() + count * Double.BYTES);
    }
  }

  private void fold(Fold fold, Segment segment, int length) {
    Value into = sums(fold.into());
    int start = (int) segment.start(length);
    int end = (int) segment.end(length);
    if (!into.isSum) {
      toSums(into, start, end);
    }
    Value other = values[fold.other()];
    if (other.isSum) {
      add(into.sums, other.sums, start, end);
    } else if (other.share != 0) {
      add(into.sums, other.share, other.floats, start, end);
    }
  }

  /** A later round folds a part of the segment at most. */
  private static void toSums(Value value, int start, int end) {
    for (int i = start; i < end; i++) {
      value.sums[i] = value.share == 0 ? -0.0 : value.share * value.floats[i];
    }
    value.isSum = true;
  }

  private static void add(double[] sums, double[] others, int start, int end) {
    for (int i = start; i < end; i++) {
      sums[i] += others[i];
    }
  }

  private static void add(double[] sums, double share, float[] floats, int start, int end) {
    for (int i = start; i < end; i++) {
      sums[i] += share * floats[i];
    }
  }

  private void computeMeans(Segment segment, int length) {
    double[] sums = values[program.root()].sums;
    int end = (int) segment.end(length);
    for (int i = (int) segment.start(length); i < end; i++) {
      means[i] = (float) sums[i];
    }
  }

  private Value floats(int rank) {
    Value value = value(rank);
    if (value.floats.length < chunk) {
      value.floats = new float[chunk];
    }
    return value;
  }

  private Value sums(int rank) {
    Value value = value(rank);
    if (value.sums.length < chunk) {
      value.sums = new double[chunk];
    }
    return value;
  }

  private Value value(int rank) {
    if (values[rank] == null) {
      values[rank] = new Value();
    }
    return values[rank];
  }
}
