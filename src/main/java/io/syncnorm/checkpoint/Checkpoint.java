package io.syncnorm.checkpoint;

import io.syncnorm.files.Sha256;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model after an epoch, with all that its training needs to go on.
 *
 * <p>As a file, numbers big-endian; {@code #} is the SHA-256 of all before it:
 *
 * <pre>
 * +------------------+-----------+---------------+----------+------------------+--------+
 * | CheckpointHeader | epoch [4] | epoch results | snapshot | best [1]: 0, or  | # [32] |
 * |                  |           | [epoch x n]   |          | 1 and a snapshot |        |
 * +------------------+-----------+---------------+----------+------------------+--------+
 * </pre>
 *
 * where n is the length of an {@link EpochResult} of the network, which it need not say. It is
 * data: reading makes no objects by name, and what the reader expects, never what the file says,
 * decides how much is allocated.
 *
 * @param history the results of all epochs so far, from the first
 * @param best what the model of an earlier epoch had learned, where that is kept beside the last
 */
public record Checkpoint(List<EpochResult> history, Snapshot snapshot, Optional<Snapshot> best) {
  public Checkpoint {
    history = List.copyOf(history);
    if (history.size() != snapshot.epoch()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected a result of each epoch, found results=%d epoch=%d",
              history.size(),
              snapshot.epoch()));
    }
  }

  /** One that keeps no other model than the last. */
  public Checkpoint(List<EpochResult> history, Snapshot snapshot) {
    this(history, snapshot, Optional.empty());
  }

  /** Of how far a training has come. */
  public static Checkpoint of(Progress progress) {
    return new Checkpoint(
        progress.history(),
        progress.latest(),
        Optional.of(progress.best()).filter(best -> best.epoch() < progress.latest().epoch()));
  }

  /** How far the training had come. */
  public Progress progress() {
    return new Progress(history, snapshot, best.orElse(snapshot));
  }

  public int epoch() {
    return snapshot.epoch();
  }

  void writeTo(OutputStream file, CheckpointOwner owner) throws IOException {
    MessageDigest sha256 = Sha256.start();
    DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, sha256));
    CheckpointHeader.of(owner).writeTo(out);
    out.writeInt(epoch());
    for (EpochResult result : history) {
      result.writeTo(out);
    }
    snapshot.writeTo(out);
    out.writeByte(best.isPresent() ? 1 : 0);
    if (best.isPresent()) {
      best.get().learned().writeTo(out);
    }
    out.flush();
    file.write(sha256.digest());
  }

  /**
   * Reads one that must be of a certain model.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws IOException if it is torn, altered or no checkpoint, cannot be read or not be gone on
   *     from
   * @throws AnotherRunException if it is whole and of another configuration, data or version
   */
  public static Checkpoint readFrom(CheckpointFile file, CheckpointOwner owner, Snapshot like)
      throws IOException {
    return file.readWhole(
        bytes -> {
          DataInputStream in = new DataInputStream(bytes);
          CheckpointHeader.readFrom(in, file, owner.wording().remedy()).requireOf(owner, file);
          int epoch = requireEpoch("an epoch", in.readInt(), owner.epochs());
          List<EpochResult> history = new ArrayList<>();
          for (int expected = 1; expected <= epoch; expected++) {
            EpochResult result = EpochResult.readFrom(in, owner.hiddenLayers());
            require("epoch of a result", expected, result.epoch());
            history.add(result);
          }
          Snapshot snapshot = Snapshot.readFrom(in, like);
          require("epoch of the snapshot", epoch, snapshot.epoch());
          Optional<Snapshot> best = readBest(in, like, epoch);
          in.skipNBytes(Sha256.BYTES);
          require("end of the file", -1, in.read());
          Checkpoint checkpoint = new Checkpoint(history, snapshot, best);
          owner.requireResumable(checkpoint);
          return checkpoint;
        });
  }

  /**
   * The name of the model that it is of.
   *
   * @param remedy what to do with one of another version
   * @throws IOException if it is torn, altered or no checkpoint, or cannot be read
   * @throws AnotherRunException if it is whole and of another version
   */
  public static String modelOf(CheckpointFile file, String remedy) throws IOException {
    return file.readWhole(
        in -> CheckpointHeader.readFrom(new DataInputStream(in), file, remedy).model());
  }

  private static Optional<Snapshot> readBest(DataInputStream in, Snapshot like, int lastEpoch)
      throws IOException {
    if (in.readUnsignedByte() == 0) {
      return Optional.empty();
    }
    Snapshot best = Snapshot.readFrom(in, like.learned());
    requireEpoch("a best epoch", best.epoch(), lastEpoch - 1);
    return Optional.of(best);
  }

  private static int requireEpoch(String what, int found, int last) throws IOException {
    if (found < 1 || found > last) {
      throw new IOException(
          String.format(Locale.ROOT, "expected %s from 1 to %d, found %d", what, last, found));
    }
    return found;
  }

  private static void require(String what, int expected, int found) throws IOException {
    if (expected != found) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it is no such checkpoint: expected %s=%d, found %d",
              what,
              expected,
              found));
    }
  }
}
