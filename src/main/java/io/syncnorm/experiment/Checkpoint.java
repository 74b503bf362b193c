package io.syncnorm.experiment;

import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A model after an epoch, with all that its training needs to go on.
 *
 * <p>As a file, numbers big-endian; {@code #} is the SHA-256 of all before it:
 *
 * <pre>
 * 0       4         8           40       42
 * +-------+---------+-----------+--------+-------+-----------+------------------+----------+--------+
 * | magic | version | identity  | length | model | epoch [4] | epoch results    | snapshot | # [32] |
 * | SNCK  | [4]     | [32]      | [2]    | UTF-8 |           | [epoch x n]      |          |        |
 * +-------+---------+-----------+--------+-------+-----------+------------------+----------+--------+
 * </pre>
 *
 * where n is the length of an {@link EpochResult} of the network, which it need not say. It is
 * data: reading makes no objects by name, and what the reader expects, never what the file says,
 * decides how much is allocated.
 *
 * @param history the results of all epochs so far, from the first
 */
record Checkpoint(List<EpochResult> history, Snapshot snapshot) {
  private static final int MAGIC = 0x534e434b;
  private static final int VERSION = 2;
  private static final String REMEDY =
      "train from scratch with --resume never, name another --out, or give --resume a checkpoint of this run";

  Checkpoint {
    history = List.copyOf(history);
    if (history.size() != snapshot.epoch()) {
      throw new IllegalArgumentException(
          "expected a result of each epoch, found results=%d epoch=%d"
              .formatted(history.size(), snapshot.epoch()));
    }
  }

  int epoch() {
    return snapshot.epoch();
  }

  void writeTo(OutputStream file, CheckpointOwner owner) throws IOException {
    MessageDigest sha256 = Sha256.start();
    DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, sha256));
    byte[] model = owner.model().getBytes(StandardCharsets.UTF_8);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.write(owner.identity());
    out.writeShort(model.length);
    out.write(model);
    out.writeInt(epoch());
    for (EpochResult result : history) {
      result.writeTo(out);
    }
    snapshot.writeTo(out);
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
  static Checkpoint readFrom(CheckpointFile file, CheckpointOwner owner, Snapshot like)
      throws IOException {
    return file.readWhole(
        in -> {
          Header header = Header.readFrom(in, file);
          requireOwned(file, owner, header);
          int epoch = in.readInt();
          if (epoch < 1 || epoch > owner.epochs()) {
            throw new IOException(
                "expected an epoch from 1 to %d, found %d".formatted(owner.epochs(), epoch));
          }
          List<EpochResult> history = new ArrayList<>();
          for (int expected = 1; expected <= epoch; expected++) {
            EpochResult result = EpochResult.readFrom(in, owner.hiddenLayers());
            require("epoch of a result", expected, result.epoch());
            history.add(result);
          }
          Snapshot snapshot = Snapshot.readFrom(in, like);
          require("epoch of the snapshot", epoch, snapshot.epoch());
          in.skipNBytes(Sha256.BYTES);
          require("end of the file", -1, in.read());
          owner.requireResumable(snapshot);
          return new Checkpoint(history, snapshot);
        });
  }

  /**
   * The name of the model that it is of.
   *
   * @throws IOException if it is torn, altered or no checkpoint, or cannot be read
   * @throws AnotherRunException if it is whole and of another version
   */
  static String modelOf(CheckpointFile file) throws IOException {
    return file.readWhole(in -> Header.readFrom(in, file).model);
  }

  private record Header(byte[] identity, String model) {
    static Header readFrom(DataInputStream in, CheckpointFile file) throws IOException {
      require("magic", MAGIC, in.readInt());
      int version = in.readInt();
      if (version != VERSION) {
        throw new AnotherRunException(file.address(), "version", VERSION, version, REMEDY);
      }
      byte[] identity = new byte[Sha256.BYTES];
      in.readFully(identity);
      byte[] model = new byte[in.readUnsignedShort()];
      in.readFully(model);
      return new Header(identity, new String(model, StandardCharsets.UTF_8));
    }
  }

  private static void requireOwned(CheckpointFile file, CheckpointOwner owner, Header found) {
    if (!owner.model().equals(found.model)) {
      throw new AnotherRunException(file.address(), "model", owner.model(), found.model, REMEDY);
    }
    if (!Arrays.equals(owner.identity(), found.identity)) {
      HexFormat hex = HexFormat.of();
      throw new AnotherRunException(
          file.address(),
          "hash of configuration and data",
          hex.formatHex(owner.identity(), 0, 4),
          hex.formatHex(found.identity, 0, 4),
          REMEDY);
    }
  }

  private static void require(String what, int expected, int found) throws IOException {
    if (expected != found) {
      throw new IOException(
          "it is no such checkpoint: expected %s=%d, found %d".formatted(what, expected, found));
    }
  }
}
