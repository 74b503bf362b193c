package io.syncnorm.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how a user's names of files are interpreted. */
class LocationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs",
        "a:b",
        "a:b:c",
        "s3a:x",
        "-x",
        "@x",
        "~",
        " ",
        "%20",
        "%",
        "100%zz",
        "/a b#c?d",
        "C:/x",
        "x:/y",
        "[a].gz",
        "{a,b}",
        "a\\b",
        "läufe",
        "a\nb",
        "file:x",
        OddName.TEXT
      })
  void shouldUseANameLiterally(String name) throws IOException {
    assertEquals(new Location.Local(Path.of(name)), Location.of(name));
    assertEquals(Path.of(name), Location.local(name, "file"));
    assertEquals(name, Location.of(name).toString());
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          file:/x/my%20runs,           /x/my runs
          FILE:///x/my%20runs,         /x/my runs
          file://localhost/x,          /x
          file:/x/my runs#1?,          /x/my runs#1?
          file:/x/1+1%2B1,             /x/1+1+1
          file:/x/l%C3%A4ufe-läufe,    /x/läufe-läufe
          file:/x/50%25,               /x/50%
          """)
  void shouldDecodeAUriOfALocalFile(String uri, String path) throws IOException {
    assertEquals(new Location.Local(Path.of(path)), Location.of(uri));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs://host/my%20runs", "s3a://bucket/a b#c", "remote:/x"})
  void shouldLeaveOtherAddressesToHadoop(String address) throws IOException {
    assertEquals(new Location.Remote(new org.apache.hadoop.fs.Path(address)), Location.of(address));
    assertEquals(address, Location.of(address).toString());
    LocationException refused =
        assertThrows(LocationException.class, () -> Location.local(address, "folder"));
    assertEquals("expected a local or mounted folder, found " + address, refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file://host/x", "file:/x/50%", "file:/x/%E4"})
  void shouldRefuseInvalidNames(String text) {
    LocationException refused = assertThrows(LocationException.class, () -> Location.of(text));
    assertTrue(refused.getMessage().contains("'" + text + "': expected="), refused.getMessage());
  }

  @Test
  void shouldFindTheSameFileWithJavaAndHadoopWhateverItsName() throws IOException {
    Path file = Files.writeString(folder.resolve(OddName.TEXT), "here");
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "nowhere:///");

    Location.Stored stored = Location.of(file.toString()).in(hadoop);

    assertEquals(4, stored.system().getFileStatus(stored.path()).getLen());
    Path again = Path.of(Location.of(stored.path()).toString());
    assertEquals(file, again);
    assertEquals(List.of(OddName.TEXT), List.of(folder.toFile().list()));
  }

  @Test
  void shouldKeepAnOddNameInAHadoopFolder() throws IOException {
    Location remote = Location.of("remote:/x").resolve("my-run.1");
    assertEquals("remote:/x/my-run.1", remote.toString());
  }

  @Test
  void shouldUseHadoopsDefaultFileSystemInPrograms() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "viewfs://here/");
    hadoop.set("fs.viewfs.mounttable.here.link./data", "file:" + folder);
    Files.writeString(folder.resolve("a:b%20"), "here");

    Location.Stored stored = Location.inSpark("/data/a:b%20").in(hadoop);

    assertEquals("viewfs", stored.system().getUri().getScheme());
    assertEquals(4, stored.system().getFileStatus(stored.path()).getLen());
    FileSystem local = Location.inSpark("a:b").in(new Configuration()).system();
    assertEquals("file", local.getUri().getScheme());
    assertEquals(
        new Location.Local(Path.of("/x/%20")),
        Location.of(Location.inSpark("file:/x/%20").in(hadoop).path()));
  }
}
