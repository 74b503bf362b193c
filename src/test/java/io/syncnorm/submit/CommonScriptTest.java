package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.files.OddName;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code submit/common.sh} handles names. */
@Timeout(60)
class CommonScriptTest {
  private static final Path COMMON = Script.HOME.resolve("submit/common.sh").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void shouldConvertAmbiguousNamesToUris() throws Exception {
    String odd = folder.resolve(OddName.TEXT).toString();
    List<String> said =
        bash(
            Map.of(),
            "for name; do file_address \"$name\"; printf '%s\\0' \"$address\"; done",
            odd,
            "/plain/a-b_c.1",
            "plain");

    assertTrue(said.get(0).matches("file:///[A-Za-z0-9/._%-]+"), said.get(0));
    assertEquals(odd, URI.create(said.get(0)).getPath());
    assertEquals(List.of("/plain/a-b_c.1", folder + "/plain"), said.subList(1, 3));
  }

  @Test
  void shouldMakeNamesAbsoluteButNotAddresses() throws Exception {
    String[] words = {
      "train",
      "--out",
      "auto",
      "--resume",
      "auto",
      "--resume=never",
      "--resume",
      "x:y/-z\n",
      "--registry=a:/b c",
      "--registry",
      "ab:/c",
      "--config=/d",
      "--set",
      "run.name=--out"
    };

    assertEquals(
        List.of(
            "train",
            "--out",
            folder + "/auto",
            "--resume",
            "auto",
            "--resume=never",
            "--resume",
            folder + "/x:y/-z\n",
            "--registry=" + folder + "/a:/b c",
            "--registry",
            "ab:/c",
            "--config=/d",
            "--set",
            "run.name=--out"),
        bash(Map.of(), "absolute_paths \"$@\"; printf '%s\\0' \"${job[@]}\"", words));
  }

  @Test
  void shouldReadNamesAsUtf8WhereTheLocaleIsAscii() throws Exception {
    String print = "printf '%s\\0' \"${LC_ALL:-}\"";
    assertTrue(bash(Map.of("LC_ALL", "POSIX"), print).get(0).matches("(?i).*\\.utf-?8"));
    assertTrue(bash(Map.of("LC_ALL", "no_SUCH"), print).get(0).matches("(?i).*\\.utf-?8"));
    assertEquals(List.of("C.UTF-8"), bash(Map.of("LC_ALL", "C.UTF-8"), print), "as it was");
  }

  @Test
  void shouldPassAUserNameToJavaIfTheUserIdHasNone() throws Exception {
    Path id = Files.createDirectory(folder.resolve("bin")).resolve("id");
    Files.writeString(id, "#!/bin/sh\n[ \"$1\" = -un ] && exit 1\necho 54321\n");
    Files.setPosixFilePermissions(id, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(folder.resolve("target"));
    Path jar = Files.createFile(folder.resolve("target/syncnorm_2.12-0-job.jar"));
    Map<String, String> nameless =
        Map.of("PATH", id.getParent() + ":" + System.getenv("PATH"), "HOME", "it's nowhere");
    String print = "name_user; name_user; printf '%s\\0' \"$SPARK_USER\" \"$JAVA_TOOL_OPTIONS\"";

    assertEquals(
        List.of("54321", " '-Duser.name=54321' '-Duser.home=/tmp' '-javaagent:%s'".formatted(jar)),
        bash(nameless, print));
    assertEquals(
        List.of("", ""),
        bash(Map.of(), "name_user; printf '%s\\0' \"${SPARK_USER:-}\" \"${JAVA_TOOL_OPTIONS:-}\""));
  }

  /**
   * Returns the words that a script prints, each ended by NUL, with {@code $home} as the test's
   * folder.
   */
  private List<String> bash(Map<String, String> environment, String script, String... words)
      throws IOException, InterruptedException {
    String whole = "set -euo pipefail; home=$PWD; . '%s'; %s".formatted(COMMON, script);
    List<String> command = new ArrayList<>(List.of("bash", "-c", whole, "bash"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeAll(List.of("SPARK_USER", "JAVA_TOOL_OPTIONS", "TMPDIR"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), out);
      return List.of(out.split("\0", -1)).subList(0, out.split("\0", -1).length - 1);
    } finally {
      process.destroyForcibly();
    }
  }
}
