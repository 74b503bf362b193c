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
 * Writes local files atomically. Each is written to a partial file with a unique name and then
 * renamed, so that several writers may write the same file at once and the last one wins.
 */
public final class WholeFile {
  private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);
  private static final Pattern PART =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part");

  private static final int LONGEST_SHOWN = 64;

  /** A partial file older than this is abandoned: its process was killed. */
  private static final Duration LONGEST_WRITE = Duration.ofDays(1);

  /** Folders that this process has cleared of abandoned partial files. */
  private static final Set<String> SWEPT = ConcurrentHashMap.newKeySet();

  private WholeFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** The step between writing the last byte and renaming the file. */
  private interface BeforeRename {
    void finish(Path temporary) throws IOException;
  }

  /**
   * Writes a file; its folder is created if missing. An existing target that is not a regular file,
   * such as a pipe, is written directly.
   */
  public static void write(Path target, Content content) throws IOException {
    // Forced to disk before the rename: after a power cut the name must not refer to an empty file.
    write(target, content, WholeFile::force);
  }

  /** Writes a file that a power cut may lose until {@link #force} is called. */
  public static void writeUnforced(Path target, Content content) throws IOException {
    write(target, content, temporary -> {});
  }

  private static void write(Path target, Content content, BeforeRename step) throws IOException {
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
      step.finish(temporary);
      Files.move(
          temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (Throwable e) {
      discard(temporary, e);
      throw e;
    }
  }

  /** Forces a file's content to disk. */
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

  /** Returns a unique name for a partial file, shorter than the limit of 255 bytes. */
  static String partOf(String name) {
    String shown = name.length() > LONGEST_SHOWN ? "long" : name;
    return "." + shown + "." + UUID.randomUUID() + ".part";
  }

  /** Whether a file is a partial file whose process was killed. */
  static boolean isAbandoned(String name, long modifiedMillis) {
    return PART.matcher(name).matches()
        && modifiedMillis < System.currentTimeMillis() - LONGEST_WRITE.toMillis();
  }

  /** Removes the abandoned partial files of a folder. */
  @FunctionalInterface
  interface Sweep {
    void run() throws IOException;
  }

  /** Sweeps a folder before this process first writes to it. */
  static void sweep(String folder, Sweep sweep) {
    if (SWEPT.add(folder)) {
      try {
        sweep.run();
      } catch (IOException | DirectoryIteratorException e) { // not a reason to fail the write
        LOG.debug("cannot remove abandoned partial files: folder={}", folder, e);
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
