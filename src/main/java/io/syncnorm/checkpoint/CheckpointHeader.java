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
 * The beginning of a checkpoint file, which identifies its owner.
 *
 * <pre>
 * 0       4         8           40       42
 * +-------+---------+-----------+--------+-------+--------+---------+
 * | magic | version | identity  | length | model | length | decides |
 * | SNCK  | [4]     | [32]      | [2]    | UTF-8 | [2]    | UTF-8   |
 * +-------+---------+-----------+--------+-------+--------+---------+
 * </pre>
 *
 * @param identity SHA-256 of everything that decides what is trained
 * @param decides the hashed settings as text, so that messages can name the differences
 */
record CheckpointHeader(byte[] identity, String model, List<String> decides) {
  private static final int MAGIC = 0x534e434b;

  /** 8: the times of an epoch so far are those of its hosts. */
  private static final int VERSION = 9;

  /** More than any configuration needs. Longer text is cut; the identity covers all of it. */
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
   * Reads a header.
   *
   * @param remedy what to do with a checkpoint of another version
   * @throws AnotherRunException if the checkpoint is of another version
   */
  static CheckpointHeader readFrom(DataInputStream in, CheckpointFile file, String remedy)
      throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new IOException(
          String.format(
              Locale.ROOT, "not a checkpoint: expected magic=%08x, found %08x", MAGIC, magic));
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
   * Checks that the checkpoint belongs to an owner.
   *
   * @throws AnotherRunException if it belongs to another
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
