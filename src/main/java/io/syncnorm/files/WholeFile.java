package io.syncnorm.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local files that appear whole or not at all. Until then each is a part: a file of another name,
 * which no other writer uses, so that several may write one file at once and the last one stands.
 */
public final class WholeFile {
  private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);
  private static final Pattern PART =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");

  private static final int LONGEST_SHOWN = 64;

  /** Nobody writes so long to a part: its process was killed. */
  private static final Duration LONGEST_WRITE = Duration.ofDays(1);

  /** Folders in which this process has looked for abandoned parts. */
  private static final Set<String> SWEPT = ConcurrentHashMap.newKeySet();

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
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    sweep(folder.toString(), () -> sweep(folder));
    Path temporary = target.resolveSibling(partOf(target.getFileName().toString()));
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

  /** A new name for a file that is not whole yet; it has less than the 255 bytes of a name. */
  static String partOf(String name) {
    String shown = name.length() > LONGEST_SHOWN ? "long" : name;
    return "." + shown + "." + UUID.randomUUID() + ".part";
  }

  /** Whether a file is a part whose process was killed. */
  static boolean isAbandoned(String name, long modifiedMillis) {
    return PART.matcher(name).matches()
        && modifiedMillis < System.currentTimeMillis() - LONGEST_WRITE.toMillis();
  }

  /** Removes the abandoned parts of a folder. */
  @FunctionalInterface
  interface Sweep {
    void run() throws IOException;
  }

  /** Sweeps a folder that this process is about to write to, once. */
  static void sweep(String folder, Sweep sweep) {
    if (SWEPT.add(folder)) {
      try {
        sweep.run();
      } catch (IOException | DirectoryIteratorException e) { // it is no reason not to write
        LOG.debug("abandoned parts may be left: folder={}", folder, e);
      }
    }
  }

  private static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.part")) {
      for (Path file : files) {
        if (isAbandoned(
            file.getFileName().toString(), Files.getLastModifiedTime(file).toMillis())) {
          Files.deleteIfExists(file);
        }
      }
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
