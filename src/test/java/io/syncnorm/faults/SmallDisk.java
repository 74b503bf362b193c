package io.syncnorm.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes that can be filled. It exists in its own name space, held by a
 * process that ends with this JVM; other processes reach it through {@code /proc}.
 */
final class SmallDisk implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final Process holder;
  private final Path folder;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.folder = folder;
  }

  /**
   * Mounts the file system.
   *
   * @param at an empty folder
   */
  static SmallDisk mount(Path at, int megabytes)
      throws IOException, InterruptedException, Sockets.NotPossibleException {
    // cat ends when our end of the pipe closes, and the name space and the disk end with it.
    String command =
        String.format(
            Locale.ROOT,
            "mount -t tmpfs -o size=%dm tmpfs '%s' && echo mounted && exec cat",
            megabytes,
            at.toAbsolutePath());
    Process holder;
    try {
      holder =
          new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command)
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new Sockets.NotPossibleException("no name space for a small disk: " + e.getMessage());
    }
    String said =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (!"mounted".equals(said)) {
      holder.destroyForcibly().waitFor();
      throw new Sockets.NotPossibleException("no name space for a small disk: " + said);
    }
    return new SmallDisk(
        holder,
        Path.of(String.format(Locale.ROOT, "/proc/%d/root%s", holder.pid(), at.toAbsolutePath())));
  }

  Path folder() {
    return folder;
  }

  /** Fills the disk completely. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler())) {
      for (int size = CHUNK; size > 0; size /= 2) {
        fillBy(out, new byte[size]);
      }
    } catch (IOException e) {
      // Even closing failed: the disk is full.
    }
  }

  private static void fillBy(OutputStream out, byte[] bytes) {
    try {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException e) {
      // No space for this many bytes.
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  @Override
  public void close() throws IOException {
    holder.destroy();
    try {
      holder.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
