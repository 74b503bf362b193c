package io.syncnorm.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Local files that appear whole or not at all. */
public final class WholeFile {
  private WholeFile() {}

  /** Something that writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What follows on a file's last byte. */
  private interface Then {
    void finish(Path temporary) throws IOException;
  }

  /**
   * Writes one; its folder is made if need be. What is there already and is no file, such as a
   * pipe, is written to as it is.
   */
  public static void write(Path target, Content content) throws IOException {
    // To the disk before it is renamed: after a power cut a name must not stand over nothing.
    write(target, content, WholeFile::force);
  }

  /** The same for a file that a power cut may take, until {@link #force} was called. */
  public static void writeUnforced(Path target, Content content) throws IOException {
    write(target, content, temporary -> {});
  }

  private static void write(Path target, Content content, Then then) throws IOException {
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      copy(content, target);
      return;
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path temporary = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      copy(content, temporary);
      then.finish(temporary);
      Files.move(
          temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (Throwable e) {
      discard(temporary, e);
      throw e;
    }
  }

  /** Returns when what was written is on the disk. */
  public static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void copy(Content content, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      content.writeTo(out);
    }
  }

  private static void discard(Path temporary, Throwable failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
