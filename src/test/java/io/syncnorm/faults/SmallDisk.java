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
 * A file system of a few megabytes that can be filled. It exists in a name space of its own, which
 * a process holds that ends when we do, whatever ends us; others reach it through {@code /proc}.
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
   * @param at an empty folder
   */
  static SmallDisk mount(Path at, int megabytes)
      throws IOException, InterruptedException, Sockets.NotPossibleException {
    // cat ends with our end of the pipe, and with it the name space and the disk.
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

  /** Leaves no byte free. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler())) {
      for (int size = CHUNK; size > 0; size /= 2) {
        fillBy(out, new byte[size]);
      }
    } catch (IOException e) {
      // Not even its end could be written: it is full.
    }
  }

  private static void fillBy(OutputStream out, byte[] bytes) {
    try {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException e) {
      // No room for so many.
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
