package io.syncnorm.checkpoint;

import io.syncnorm.files.Folder;
import io.syncnorm.files.Sha256;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
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
 * A file that is, or may be, a checkpoint: how far a training has come, with all that it needs to
 * resume.
 *
 * <p>Numbers are big-endian; {@code #} is the SHA-256 of all before it:
 *
 * <pre>
 * +------------------+-----------+---------------+----------+------------------+--------+
 * | CheckpointHeader | epoch [4] | epoch results | snapshot | best [1]: 0, or  | # [32] |
 * |                  |           | [epoch x n]   |          | 1 and a snapshot |        |
 * +------------------+-----------+---------------+----------+------------------+--------+
 * </pre>
 *
 * where n is the length of an {@link EpochResult} of the network, which it need not say. The best
 * model is there where it is of an earlier epoch than the last, without its optimizer. All is data:
 * reading makes no objects by name, and what the reader expects, never what the file says, decides
 * how much is allocated.
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
    boolean isBestEarlier = progress.best().epoch() < progress.latest().epoch();
    out.writeByte(isBestEarlier ? 1 : 0);
    if (isBestEarlier) {
      progress.best().learned().writeTo(out);
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
  public Progress read(CheckpointOwner owner, Snapshot like) throws IOException {
    return readWhole(
        file -> {
          DataInputStream in = new DataInputStream(file);
          CheckpointHeader.readFrom(in, this, owner.wording().remedy()).requireOf(owner, this);
          int epoch = requireEpoch("an epoch", in.readInt(), owner.epochs());
          List<EpochResult> history = new ArrayList<>();
          for (int expected = 1; expected <= epoch; expected++) {
            EpochResult result = EpochResult.readFrom(in, owner.hiddenLayers());
            require("epoch of a result", expected, result.epoch());
            history.add(result);
          }
          Snapshot latest = Snapshot.readFrom(in, like);
          require("epoch of the snapshot", epoch, latest.epoch());
          Snapshot best = latest;
          if (in.readUnsignedByte() != 0) {
            best = Snapshot.readFrom(in, like.learned());
            requireEpoch("a best epoch", best.epoch(), epoch - 1);
          }
          in.skipNBytes(Sha256.BYTES);
          require("end of the file", -1, in.read());
          Progress progress = new Progress(history, latest, best);
          owner.requireResumable(progress);
          return progress;
        });
  }

  /**
   * The name of the model that it is of.
   *
   * @param remedy what to do with one of another version
   * @throws IOException if it is torn, altered or no checkpoint, or cannot be read
   * @throws AnotherRunException if it is whole and of another version
   */
  public String model(String remedy) throws IOException {
    return readWhole(
        in -> CheckpointHeader.readFrom(new DataInputStream(in), this, remedy).model());
  }

  /**
   * Reads it twice: first to see that it is whole, so that what a torn or altered file says is
   * never taken for something else.
   */
  private <T> T readWhole(Folder.Reading<T> reading) throws IOException {
    if (!folder.read(name, CheckpointFile::endsWithItsHash)) {
      throw new IOException("it is torn or altered: its SHA-256 is not the one at its end");
    }
    return folder.read(name, reading);
  }

  private static boolean endsWithItsHash(InputStream in) throws IOException {
    MessageDigest sha256 = Sha256.start();
    byte[] buffer = new byte[1 << 16];
    int held = 0; // what may be the end
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
