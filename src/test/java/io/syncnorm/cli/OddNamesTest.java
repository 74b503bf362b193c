package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.files.OddName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that file names are used literally, whatever characters they contain. */
@Timeout(120)
class OddNamesTest {
  @TempDir Path folder;

  @Test
  void shouldReadAndWriteFilesUnderTheirLiteralNames() throws IOException {
    Path odd = Files.createDirectory(folder.resolve(OddName.TEXT));
    SampleData data = SampleData.write(odd);
    Path out = odd.resolve("-my runs#1");
    Path kept = odd.resolve("kept: 100%");
    Files.writeString(odd.resolve("in: [1].conf"), "checkpoint.keep = 1\n");
    Path config =
        Files.writeString(
            odd.resolve("@my \"conf\""), "include required(\"in: [1].conf\")\nrun.seed = x\n");

    CommandRun.of(data.command("train"), out, "--config", config.toString())
        .assertFailed(ExitCode.USAGE, config.toString().replace('\n', ' ') + ":2: run.seed");
    Files.writeString(config, "include \"in: [1].conf\"\n");
    RunFolder run =
        RunFolder.of(
            CommandRun.of(
                data.command("train", "checkpoint.dir=" + kept),
                out,
                "--config",
                config.toString()),
            out);

    String name = run.result().run();
    assertEquals(List.of(".index.lock", "index.jsonl", name, "summary.csv"), names(out));
    assertEquals(List.of("with-bn-2.ckpt"), names(kept.resolve(name)), "the file was included");
    assertEquals(List.of(OddName.TEXT), names(folder));

    assertTrue(CommandRun.of(List.of("runs", "list"), out).done().out().contains(name));
    Path images = Files.copy(data.images("test"), odd.resolve("-images?"));
    Path csv = odd.resolve("pre:dicted*");
    CommandRun.of(
            "predict",
            "--model=" + run.file(RunFolder.MODEL).toUri(),
            "--images=" + images,
            "--output=" + csv)
        .done();
    assertEquals(1 + SampleData.TEST_ROWS, Files.readAllLines(csv).size());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
