package io.syncnorm.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.files.FileLock.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a lock has one holder at a time, on file systems with and without locks. */
@Timeout(60)
class FileLockTest {
  private static final Duration BEAT = Duration.ofMillis(100);

  private static final FileLock.SystemLock WITH =
      (channel, shared) -> channel.tryLock(0, Long.MAX_VALUE, shared);

  /** A mount that answers ENOLCK. */
  private static final FileLock.SystemLock WITHOUT =
      (channel, shared) -> {
        throw new IOException("No locks available");
      };

  @TempDir Path folder;
  private Path file;
  private Path owner;

  @BeforeEach
  void name() {
    file = folder.resolve(".lock");
    owner = folder.resolve(".lock.owner");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldHaveOneHolderUntilItIsClosed(boolean locks) throws IOException {
    FileLock.SystemLock system = locks ? WITH : WITHOUT;
    try (FileLock held = lock(Kind.EXCLUSIVE, system).orElseThrow()) {
      assertTrue(held.isHeld());
      assertEquals(Optional.empty(), lock(Kind.EXCLUSIVE, system));
      assertEquals(Optional.empty(), lock(Kind.SHARED, system));
    }
    lock(Kind.SHARED, system).orElseThrow().close();
    lock(Kind.EXCLUSIVE, system).orElseThrow().close();
    assertEquals(List.of(".lock"), names());
  }

  @Test
  void shouldTakeOverALockOfADeadLocalProcess() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      claim(OwnerFile.Owner.self("its", 0), process.toHandle());
      assertEquals(Optional.empty(), lock(Kind.EXCLUSIVE, WITHOUT), "it is alive");
      assertEquals(Optional.empty(), lock(Kind.SHARED, WITHOUT), "it is alive");
    } finally {
      process.destroyForcibly().waitFor();
    }
    lock(Kind.SHARED, WITHOUT).orElseThrow().close();
    lock(Kind.EXCLUSIVE, WITHOUT).orElseThrow().close();
    assertEquals(List.of(".lock"), names());
  }

  @Test
  void shouldTakeOverALockWithoutHeartbeatAndLoseOneThatWasTakenOver() throws Exception {
    FileLock stopped = lock(Kind.EXCLUSIVE, WITHOUT).orElseThrow();
    Files.writeString(owner, "elsewhere/x 1 1 " + UUID.randomUUID() + " 1\n");

    FileLock taken = lock(Kind.EXCLUSIVE, WITHOUT).orElseThrow();

    assertFalse(stopped.isHeld(), "another one has it");
    stopped.close();
    assertTrue(taken.isHeld());
    assertEquals(Optional.empty(), lock(Kind.EXCLUSIVE, WITHOUT));
    taken.close();
  }

  @Test
  void shouldRespectALockWithAHeartbeat() throws Exception {
    try (FileLock held = lock(Kind.EXCLUSIVE, WITHOUT).orElseThrow()) {
      String before = Files.readString(owner);
      while (Files.readString(owner).equals(before)) {
        Thread.sleep(10);
      }
      assertEquals(before.length(), Files.readString(owner).length());
      assertTrue(held.isHeld());
    }
  }

  private Optional<FileLock> lock(Kind kind, FileLock.SystemLock system) throws IOException {
    return FileLock.tryLock(file, kind, system, BEAT);
  }

  /** Writes a lock file as another process does. */
  private void claim(String self, ProcessHandle process) throws IOException {
    String[] words = self.strip().split(" ");
    words[1] = "" + process.pid();
    words[2] = "" + process.info().startInstant().orElseThrow().toEpochMilli();
    Files.writeString(owner, String.join(" ", words) + "\n");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }
}
