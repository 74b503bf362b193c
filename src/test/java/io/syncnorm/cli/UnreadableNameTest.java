package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.cli.process.UnreadableName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests arguments with bytes that Java's locale cannot decode. */
@Timeout(60)
class UnreadableNameTest {
  @TempDir Path folder;

  @Test
  void shouldRefuseAnArgumentThatCouldNotBeDecoded() {
    for (String word : List.of("--out=l\uFFFD\uFFFDufe", "l?ufe")) {
      String said =
          UnreadableName.among(StandardCharsets.US_ASCII, folder.toString(), "train", word)
              .orElse("");
      assertTrue(said.contains("found=" + word + ", sun.jnu.encoding=US-ASCII"), said);
      assertTrue(said.contains("LC_ALL=C.UTF-8"), said);
    }
  }

  @Test
  void shouldAcceptArgumentsThatCouldBeDecoded() {
    assertEquals(
        Optional.empty(),
        UnreadableName.among(StandardCharsets.UTF_8, folder.toString(), "läufe", "what?"));
    assertEquals(
        Optional.empty(),
        UnreadableName.among(StandardCharsets.US_ASCII, folder.toString(), "runs"));
  }

  @Test
  void shouldRefuseAFolderThatCouldNotBeDecoded() {
    String lost = folder.resolve("l??ufe").toString();
    assertTrue(
        UnreadableName.among(StandardCharsets.US_ASCII, lost).orElse("").contains("found=" + lost));
  }

  @Test
  void shouldFailBeforeWritingAnything() {
    CommandRun run = CommandRun.of(List.of("train"), folder.resolve("l\uFFFDufe"));
    run.assertFailed(ExitCode.USAGE, "cannot be read in this locale", "LC_ALL=C.UTF-8");
    assertFalse(folder.resolve("l\uFFFDufe").toFile().exists());
  }
}
