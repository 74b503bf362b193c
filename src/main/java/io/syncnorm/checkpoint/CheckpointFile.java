package io.syncnorm.checkpoint;

import io.syncnorm.files.Folder;
import io.syncnorm.files.Sha256;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.RankStates;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A file that is expected to be a checkpoint: the progress of a training, with everything needed to
 * resume.
 *
 * <p>Numbers are big-endian; {@code #} is the SHA-256 of all preceding bytes:
 *
 * <pre>
 * +------------------+-----------+---------------+----------+
 * | CheckpointHeader | epoch [4] | epoch results | snapshot |
 * |                  |           | [epoch x n]   |          |
 * +------------------+-----------+---------------+----------+
 * | best [1]: 0, or 1 and a snapshot | rank states | # [32] |
 * +----------------------------------+-------------+--------+
 * </pre>
 *
 * where n is the length of an {@link EpochResult} of the network; it is not stored. The best model
 * is stored, without its optimizer, if it is from an earlier epoch than the last. The states of
 * ranks are stored if they have any of their own, as {@link Snapshot#besides} says. The file
 * contains data only: reading creates no objects by name, and the reader's expectation, never the
 * file, decides how much memory is allocated.
 */
public record CheckpointFile(Folder folder, String name) {
  public String address() {
    return folder.address(name);
  }

  void write(Progress progress, CheckpointOwner owner) throws IOException {
    int epoch = progress.latest().epoch();
    if (progress.history().size() != epoch) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected a result of each epoch, found results=%d epoch=%d",
              progress.history().size(),
              epoch));
    }
    int beside = owner.besides(progress.latest()).count(owner.configuration().ranks());
    if (progress.states().count() != beside) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected the states of ranks=%d, found %d",
              beside,
              progress.states().count()));
    }
    folder.write(name, file -> write(progress, owner, file));
  }

  private static void write(Progress progress, CheckpointOwner owner, OutputStream file)
      throws IOException {
    MessageDigest sha256 = Sha256.start();
    DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, sha256));
    CheckpointHeader.of(owner).writeTo(out);
    out.writeInt(progress.latest().epoch());
    for (EpochResult result : progress.history()) {
      result.writeTo(out);
    }
    progress.latest().writeTo(out);
    boolean isBestEarlier = progress.best().position().compareTo(progress.latest().position()) < 0;
    out.writeByte(isBestEarlier ? 1 : 0);
    if (isBestEarlier) {
      progress.best().learned().writeTo(out);
    }
    progress.states().writeTo(out);
    out.flush();
    file.write(sha256.digest());
  }

  /**
   * Reads a checkpoint of a given owner. The caller releases the states of the ranks.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws IOException if the file is truncated, altered, unreadable, or not a checkpoint
   * @throws AnotherRunException if the file is intact but of another configuration, data or version
   */
  public Progress read(CheckpointOwner owner, Snapshot like) throws IOException {
    return readVerified(
        file -> {
          DataInputStream in = new DataInputStream(file);
          CheckpointHeader.readFrom(in, this, owner.wording().remedy()).requireOf(owner, this);
          int epoch = requireEpoch("an epoch", in.readInt(), 0, owner.epochs());
          List<EpochResult> history = new ArrayList<>();
          for (int expected = 1; expected <= epoch; expected++) {
            EpochResult result = EpochResult.readFrom(in, owner.hiddenLayers());
            require("epoch of a result", expected, result.epoch());
            history.add(result);
          }
          Snapshot latest = Snapshot.readFrom(in, like);
          require("epoch of the snapshot", epoch, latest.epoch());
          boolean isInside = latest.position().isInsideEpoch();
          requireEpoch("an epoch", epoch, isInside ? 0 : 1, owner.epochs());
          Snapshot best = latest;
          if (in.readUnsignedByte() != 0) {
            best = Snapshot.readFrom(in, like.learned());
            requireEpoch("a best epoch", best.epoch(), 1, isInside ? epoch : epoch - 1);
          }
          RankStates states = readStates(in, owner, latest);
          return new Progress(history, latest, states, best);
        });
  }

  private static RankStates readStates(DataInputStream in, CheckpointOwner owner, Snapshot latest)
      throws IOException {
    RankStates states =
        RankStates.readFrom(in, owner.besides(latest), owner.configuration().ranks());
    try {
      in.skipNBytes(Sha256.BYTES);
      require("end of the file", -1, in.read());
      return states;
    } catch (IOException e) {
      states.release();
      throw e;
    }
  }

  /**
   * Reads the name of the model that the checkpoint belongs to.
   *
   * @param remedy what to do with a checkpoint of another version
   * @throws IOException if the file is truncated, altered, unreadable, or not a checkpoint
   * @throws AnotherRunException if the file is intact but of another version
   */
  public String model(String remedy) throws IOException {
    return readVerified(
        in -> CheckpointHeader.readFrom(new DataInputStream(in), this, remedy).model());
  }

  /**
   * Reads the file twice: first to verify its hash, so that the content of a truncated or altered
   * file is never used.
   */
  private <T> T readVerified(Folder.Reading<T> reading) throws IOException {
    if (!folder.read(name, CheckpointFile::endsWithItsHash)) {
      throw new IOException("truncated or altered: its SHA-256 differs from the one at its end");
    }
    return folder.read(name, reading);
  }

  private static boolean endsWithItsHash(InputStream in) throws IOException {
    MessageDigest sha256 = Sha256.start();
    byte[] buffer = new byte[1 << 16];
    int held = 0; // bytes that may be the stored hash
    for (int got = 0; got >= 0; got = in.read(buffer, held, buffer.length - held)) {
      held += got;
      int sure = Math.max(0, held - Sha256.BYTES);
      sha256.update(buffer, 0, sure);
      System.arraycopy(buffer, sure, buffer, 0, held - sure);
      held -= sure;
    }
    byte[] end = Arrays.copyOf(buffer, held);
    return MessageDigest.isEqual(end, sha256.digest());
  }

  private static int requireEpoch(String what, int found, int first, int last) throws IOException {
    if (found < first || found > last) {
      throw new IOException(
          String.format(
              Locale.ROOT, "expected %s from %d to %d, found %d", what, first, last, found));
    }
    return found;
  }

  private static void require(String what, int expected, int found) throws IOException {
    if (expected != found) {
      throw new IOException(
          String.format(
              Locale.ROOT, "unexpected content: expected %s=%d, found %d", what, expected, found));
    }
  }
}
