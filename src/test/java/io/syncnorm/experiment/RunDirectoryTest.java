package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.experiment.RunDirectory.BusyException;
import io.syncnorm.files.UnwritableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunDirectoryTest {
  @TempDir Path folder;

  static Stream<Throwable> failures() {
    return Stream.of(
        new IOException("disk full"),
        new IllegalStateException("no content"),
        new OutOfMemoryError("heap"));
  }

  @Test
  void shouldWriteFilesWithTheFoldersTheyNeed() throws IOException {
    try (RunDirectory run = RunDirectory.open(folder.resolve("a/b"))) {
      run.write("with-bn/note", "größer");
      run.write("with-bn/note", "größer als");
    }
    assertEquals("größer als", Files.readString(folder.resolve("a/b/with-bn/note")));
    assertEquals(List.of("note"), names(folder.resolve("a/b/with-bn")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldKeepTheOldFileWhenWritingFails(Throwable failure) throws IOException {
    try (RunDirectory run = RunDirectory.open(folder.resolve("run"))) {
      run.write("file", "old");
      Throwable thrown =
          assertThrows(
              Throwable.class,
              () ->
                  run.write(
                      "file",
                      out -> {
                        out.write(new byte[100_000]);
                        throwAsIs(failure);
                      }));
      assertSame(failure, thrown instanceof UnwritableException ? thrown.getCause() : thrown);
      assertEquals("old", Files.readString(run.path().resolve("file")));
      assertEquals(List.of(".lock", "file"), names(run.path()));
    }
  }

  @Test
  void shouldReportWhatCannotBeWrittenAndWhy() throws IOException {
    Files.writeString(folder.resolve("mine"), "");
    for (String inFile : List.of("mine", "mine/runs")) {
      UnwritableException unwritable =
          assertThrows(UnwritableException.class, () -> RunDirectory.open(folder.resolve(inFile)));
      assertTrue(unwritable.getMessage().contains(folder.resolve(inFile).toString()));
      assertFalse(unwritable.getMessage().contains("Exception"), unwritable.getMessage());
    }
    try (RunDirectory run = RunDirectory.open(folder.resolve("run"))) {
      Files.createDirectories(run.path().resolve("config.conf"));
      UnwritableException unwritable =
          assertThrows(UnwritableException.class, () -> run.write("config.conf", "text"));
      assertTrue(unwritable.getMessage().contains("config.conf"), unwritable.getMessage());
      assertEquals(List.of(".lock", "config.conf"), names(run.path()));
    }
  }

  @Test
  void shouldWriteAFileWithoutAFolder() throws IOException {
    Path relative = Path.of("target", "written-by-RunDirectoryTest");
    RunDirectory.writeWhole(relative, out -> out.write('x'));
    assertEquals("x", Files.readString(relative));
    Files.delete(relative);
  }

  @Test
  void shouldDeleteFilesWhetherOrNotTheyExist() throws IOException {
    try (RunDirectory run = RunDirectory.open(folder.resolve("run"))) {
      run.write("file", "text");
      run.delete("file");
      run.delete("file");
      assertEquals(List.of(".lock"), names(run.path()));
    }
  }

  @Test
  void shouldHaveOneHolderUntilItIsClosed() {
    Path path = folder.resolve("run");
    try (RunDirectory run = RunDirectory.open(path)) {
      BusyException busy = assertThrows(BusyException.class, () -> RunDirectory.open(path));
      assertTrue(busy.getMessage().contains(run.path().toString()), busy.getMessage());
      assertThrows(BusyException.class, () -> RunDirectory.open(path), "a refusal frees nothing");
      assertDoesNotThrow(() -> RunDirectory.open(folder.resolve("other")).close());
    }
    assertDoesNotThrow(() -> RunDirectory.open(path).close());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void throwAsIs(Throwable failure) throws T {
    throw (T) failure;
  }
}
