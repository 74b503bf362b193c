package io.syncnorm.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.files.RemoteFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests every kind of folder. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FolderTest {
  private static final CallLimit LONG = limit(Duration.ofSeconds(60));
  private static final CallLimit SHORT = limit(Duration.ofMillis(100));

  @TempDir Path disk;

  /** Kinds of folders, each at a path of the local disk that need not exist. */
  static Stream<Function<Path, Folder>> folders() {
    return Stream.of(
        LocalFolder::new,
        path -> at("file:" + path),
        path -> at(RemoteFileSystem.SCHEME + ":" + path),
        path -> at("viewfs://mounts/checkpoints/" + path.getFileName(), mounted(path.getParent())),
        path -> new TimedFolder(at(RemoteFileSystem.SCHEME + ":" + path), LONG));
  }

  @AfterEach
  void heal() {
    RemoteFileSystem.heal();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldContainOnlyWhatWasWritten(Function<Path, Folder> folders) throws IOException {
    Folder folder = folders.apply(disk.resolve("a b#ü"));
    assertEquals(List.of(), folder.names());
    folder.delete("absent");

    write(folder, "one", "first");
    write(folder, "two", "second");
    write(folder, "one", "third");

    assertEquals("third", read(folder, "one"));
    assertEquals(List.of("one", "two"), folder.names().stream().sorted().toList());
    assertEquals(List.of("one", "two"), onDisk());
    assertTrue(folder.address("one").contains("a b#ü/one"), folder.address("one"));
    assertTrue(folder.address("").endsWith("a b#ü"), folder.address(""));
    folder.delete("one");
    assertEquals(List.of("two"), onDisk());
    assertThrows(IOException.class, () -> read(folder, "one"));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldReplaceAFolderWithAFile(Function<Path, Folder> folders) throws IOException {
    Folder folder = folders.apply(disk.resolve("a b#ü"));
    Files.createDirectories(disk.resolve("a b#ü/one/deep"));
    Files.writeString(disk.resolve("a b#ü/one/deep/file"), "x");

    assertThrows(IOException.class, () -> read(folder, "one"));
    write(folder, "one", "first");

    assertEquals("first", read(folder, "one"));
    assertEquals(List.of("one"), onDisk());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldKeepTheOldFileWhenWritingFails(Function<Path, Folder> folders) throws IOException {
    Folder folder = folders.apply(disk.resolve("a b#ü"));
    write(folder, "one", "first");

    IOException failed =
        assertThrows(
            IOException.class,
            () ->
                folder.write(
                    "one",
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("pulled the plug");
                    }));

    assertEquals("pulled the plug", failed.getMessage());
    assertEquals("first", read(folder, "one"));
    assertEquals(List.of("one"), onDisk());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldKeepTheCompleteFileOfTheLastWriter(Function<Path, Folder> folders) throws IOException {
    Folder folder = folders.apply(disk.resolve("a b#ü"));

    folder.write(
        "one",
        out -> {
          out.write("last and ".getBytes(UTF_8));
          write(folder, "one", "x".repeat(100_000));
          assertEquals("x".repeat(100_000), read(folder, "one"));
          out.write("longest".getBytes(UTF_8));
        });

    assertEquals("last and longest", read(folder, "one"));
    assertEquals(List.of("one"), onDisk());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldWriteAFileWithALongName(Function<Path, Folder> folders) throws IOException {
    String name = "ü".repeat(124); // 248 of 255 bytes
    Folder folder = folders.apply(disk.resolve("a b#ü"));

    write(folder, name, "first");

    assertEquals("first", read(folder, name));
    assertEquals(List.of(name), onDisk());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldRemoveOnlyOldPartialFilesOfKilledWriters(Function<Path, Folder> folders)
      throws IOException {
    // A unique name, because each folder is cleaned only once per process.
    Path folder = Files.createDirectories(disk.resolve("left " + disk.getFileName()));
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    String recent = WholeFile.partOf("one");
    for (String name : List.of(WholeFile.partOf("one"), WholeFile.partOf("other"), ".a.part")) {
      Files.setLastModifiedTime(Files.writeString(folder.resolve(name), "x"), longAgo);
    }
    Files.writeString(folder.resolve(recent), "x");

    write(folders.apply(folder), "one", "first");

    assertEquals(Set.of(".a.part", recent, "one"), Set.copyOf(new LocalFolder(folder).names()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"FULL", "RENAMES_NOT"})
  void shouldKeepOtherFilesAndNoPartialOneWhenTheFileSystemFails(Fault fault) throws IOException {
    Folder folder = at(RemoteFileSystem.SCHEME + ":" + disk.resolve("a b#ü"));
    write(folder, "one", "first");
    RemoteFileSystem.strike(fault, "two");

    IOException failed =
        assertThrows(IOException.class, () -> write(folder, "two", "x".repeat(1000)));

    String expected = fault == Fault.FULL ? "No space left" : "cannot rename";
    assertTrue(failed.getMessage().contains(expected), failed.getMessage());
    assertEquals(List.of("one"), onDisk());
  }

  @Test
  void shouldNotWaitLongerThanItsTimeout() throws IOException {
    Folder folder =
        new TimedFolder(at(RemoteFileSystem.SCHEME + ":" + disk.resolve("a b#ü")), SHORT);
    RemoteFileSystem.strike(Fault.HANGS, "one");

    IOException failed =
        assertThrows(IOException.class, () -> write(folder, "one", "x".repeat(10_000)));

    assertEquals("no answer within checkpoint.timeout = 100 ms", failed.getMessage());
  }

  @Test
  void shouldNotUseHadoopForLocalDisks() {
    assertInstanceOf(LocalFolder.class, at("file:" + disk));
    assertInstanceOf(LocalFolder.class, at(disk.toString()), "without a scheme");
  }

  @Test
  void shouldRefuseAddressesOfUnknownFileSystems() {
    for (String address : List.of("nowhere://host/x", "file://host/x", "")) {
      assertThrows(IOException.class, () -> Location.of(address).in(new Configuration()).folder());
    }
  }

  private static CallLimit limit(Duration timeout) {
    return new CallLimit(timeout, "checkpoint.timeout");
  }

  private static Folder at(String address) {
    return at(address, RemoteFileSystem.configuration());
  }

  private static Folder at(String address, Configuration hadoop) {
    try {
      return Location.of(address).in(hadoop).folder();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Configuration mounted(Path target) {
    Configuration hadoop = RemoteFileSystem.configuration();
    hadoop.set("fs.viewfs.mounttable.mounts.link./checkpoints", "remote:" + target);
    hadoop.set("fs.viewfs.impl.disable.cache", "true"); // each test mounts another folder
    return hadoop;
  }

  private static void write(Folder folder, String name, String text) throws IOException {
    folder.write(name, out -> out.write(text.getBytes(UTF_8)));
  }

  private static String read(Folder folder, String name) throws IOException {
    return folder.read(name, in -> new String(in.readAllBytes(), UTF_8));
  }

  private List<String> onDisk() throws IOException {
    try (Stream<Path> files = Files.list(disk.resolve("a b#ü"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
