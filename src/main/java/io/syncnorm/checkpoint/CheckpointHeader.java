package io.syncnorm.checkpoint;

import io.syncnorm.files.Sha256;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What a checkpoint's file begins with: whose it is.
 *
 * <pre>
 * 0       4         8           40       42
 * +-------+---------+-----------+--------+-------+--------+---------+
 * | magic | version | identity  | length | model | length | decides |
 * | SNCK  | [4]     | [32]      | [2]    | UTF-8 | [2]    | UTF-8   |
 * +-------+---------+-----------+--------+-------+--------+---------+
 * </pre>
 *
 * @param identity SHA-256 of all that decides what is trained
 * @param decides the same in words, for who must be told of a difference
 */
record CheckpointHeader(byte[] identity, String model, List<String> decides) {
  private static final int MAGIC = 0x534e434b;
  private static final int VERSION = 4;

  /** More than any configuration has; what is longer loses its end, and its identity nothing. */
  private static final int MOST_BYTES_OF_TEXT = 0xffff;

  static CheckpointHeader of(CheckpointOwner owner) {
    return new CheckpointHeader(owner.identity(), owner.model(), owner.decides());
  }

  void writeTo(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.write(identity);
    write(out, model);
    write(out, String.join("\n", decides));
  }

  /**
   * @param remedy what to do with one of another version
   * @throws AnotherRunException if it is of another version
   */
  static CheckpointHeader readFrom(DataInputStream in, CheckpointFile file, String remedy)
      throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new IOException(
          String.format(
              Locale.ROOT, "it is no checkpoint: expected magic=%08x, found %08x", MAGIC, magic));
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new AnotherRunException(file.address(), "version", VERSION, version, remedy);
    }
    byte[] identity = new byte[Sha256.BYTES];
    in.readFully(identity);
    return new CheckpointHeader(identity, read(in), read(in).lines().toList());
  }

  /**
   * @throws AnotherRunException if it is not that owner's
   */
  void requireOf(CheckpointOwner owner, CheckpointFile file) {
    String remedy = owner.wording().remedy();
    if (!owner.model().equals(model)) {
      throw new AnotherRunException(file.address(), "model", owner.model(), model, remedy);
    }
    byte[] expected = owner.identity();
    if (!Arrays.equals(expected, identity)) {
      HexFormat hex = HexFormat.of();
      throw new AnotherRunException(
          file.address(),
          "hash of " + owner.wording().decides(),
          hex.formatHex(expected, 0, 4),
          "%s (%s)"
              .formatted(
                  hex.formatHex(identity, 0, 4), Difference.between(owner.decides(), decides)),
          remedy);
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MOST_BYTES_OF_TEXT);
    out.writeShort(length);
    out.write(bytes, 0, length);
  }

  private static String read(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
