package io.syncnorm.experiment;

import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * | SNCK  | [4]     | [32]      | [2]    | UTF-8 |           | [epoch x 92]     |          |        |
 * +-------+---------+-----------+--------+-------+-----------+------------------+----------+--------+
 * </pre>
 *
 * It is data: reading makes no objects by name, and what the reader expects, never what the file
 * says, decides how much is allocated.
 *
 * @param history the results of all epochs so far, from the first
 */
record Checkpoint(List<EpochResult> history, Snapshot snapshot) {
  private static final int MAGIC = 0x534e434b;
  private static final int VERSION = 1;

  Checkpoint {
    history = List.copyOf(history);
    if (history.size() != snapshot.epoch()) {
      throw new IllegalArgumentException(
          "expected a result of each epoch, found results=%d epoch=%d"
              .formatted(history.size(), snapshot.epoch()));
    }
  }

  /**
   * Whose checkpoint a file is.
   *
   * @param model name of the model
   * @param identity SHA-256 of all that decides what is trained
   */
  record Owner(String model, byte[] identity) {}

  int epoch() {
    return snapshot.epoch();
  }

  void writeTo(OutputStream file, Owner owner) throws IOException {
    MessageDigest sha256 = Sha256.start();
    DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, sha256));
    byte[] model = owner.model.getBytes(StandardCharsets.UTF_8);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.write(owner.identity);
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
   * @param epoch the epoch that the file's name says
   * @param like a snapshot of the same network and optimizer
   * @throws IOException if it is torn, altered or no checkpoint, or cannot be read
   * @throws AnotherRunException if it is whole and of another configuration, data or version
   */
  static Checkpoint readFrom(Path file, Owner owner, int epoch, Snapshot like) throws IOException {
    requireWhole(file);
    try (DataInputStream in = open(file)) {
      require("magic", MAGIC, in.readInt());
      int version = in.readInt();
      if (version != VERSION) {
        throw new AnotherRunException(
            file, "version", VERSION, version, "train from scratch with --resume never");
      }
      requireOwned(file, owner.identity, in);
      byte[] model = owner.model.getBytes(StandardCharsets.UTF_8);
      require("length of the model's name", model.length, in.readUnsignedShort());
      byte[] name = new byte[model.length];
      in.readFully(name);
      if (!Arrays.equals(model, name)) {
        throw new IOException("expected model=%s, found another".formatted(owner.model));
      }
      require("epoch", epoch, in.readInt());
      List<EpochResult> history = new ArrayList<>();
      for (int expected = 1; expected <= epoch; expected++) {
        EpochResult result = EpochResult.readFrom(in);
        require("epoch of a result", expected, result.epoch());
        history.add(result);
      }
      Snapshot snapshot = Snapshot.readFrom(in, like);
      require("epoch of the snapshot", epoch, snapshot.epoch());
      in.skipNBytes(Sha256.BYTES);
      require("end of the file", -1, in.read());
      return new Checkpoint(history, snapshot);
    }
  }

  private static void requireWhole(Path file) throws IOException {
    MessageDigest sha256 = Sha256.start();
    long left = Files.size(file) - Sha256.BYTES;
    if (left < 0) {
      throw new IOException("it is torn: bytes=" + (left + Sha256.BYTES));
    }
    try (DataInputStream in = open(file)) {
      byte[] buffer = new byte[1 << 16];
      while (left > 0) {
        int count = (int) Math.min(left, buffer.length);
        in.readFully(buffer, 0, count);
        sha256.update(buffer, 0, count);
        left -= count;
      }
      byte[] written = new byte[Sha256.BYTES];
      in.readFully(written);
      if (!MessageDigest.isEqual(written, sha256.digest())) {
        throw new IOException("it is torn or altered: its SHA-256 is not the one at its end");
      }
    }
  }

  private static void requireOwned(Path file, byte[] identity, DataInputStream in)
      throws IOException {
    byte[] found = new byte[Sha256.BYTES];
    in.readFully(found);
    if (!Arrays.equals(identity, found)) {
      HexFormat hex = HexFormat.of();
      throw new AnotherRunException(
          file,
          "hash of configuration and data",
          hex.formatHex(identity, 0, 4),
          hex.formatHex(found, 0, 4),
          "train from scratch with --resume never");
    }
  }

  private static void require(String what, int expected, int found) throws IOException {
    if (expected != found) {
      throw new IOException(
          "it is no such checkpoint: expected %s=%d, found %d".formatted(what, expected, found));
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
  }
}
