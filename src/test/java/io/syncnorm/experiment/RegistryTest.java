package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunEvent.Kind;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.SummaryCsv;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry, on local files and on a file system that can neither append nor lock. */
@Timeout(60)
class RegistryTest {
  private static final ModelResult MODEL =
      new ModelResult("with-bn", true, 100, 3, 0.97, 0.1, 6, 2, 5000, 5, 9, "model.zip");

  @TempDir Path folder;

  /** Local files under another scheme, as an object store is. */
  public static final class NoAppend extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("noappend:///");
    }

    @Override
    public FSDataOutputStream append(
        org.apache.hadoop.fs.Path file, int bufferSize, Progressable progress) {
      throw new UnsupportedOperationException("no append");
    }
  }

  private Registry registry(String scheme) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.noappend.impl", NoAppend.class.getName());
    return Registry.of(scheme + folder, hadoop);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file://", "noappend://"})
  void shouldFoldTheEventsOfEachRunIntoOneRecord(String scheme) throws IOException {
    Registry registry = registry(scheme);
    assertEquals(Map.of(), registry.records());
    registry.add(event(Kind.STARTED, "a-1"));
    registry.add(event(Kind.FAILED, "a-1"));
    registry.add(event(Kind.STARTED, "b-2"));
    registry.add(event(Kind.STARTED, "a-1"));
    registry.add(event(Kind.DONE, "a-1"));

    Map<String, RunRecord> records = registry(scheme).records();
    assertEquals(List.of("a-1", "b-2"), List.copyOf(records.keySet()));
    RunRecord done = records.get("a-1");
    assertTrue(done.isDone());
    assertEquals(0, done.failures());
    assertEquals(List.of(MODEL), done.models());
    assertEquals(Map.of("run.seed", "7"), done.settings());
    assertEquals("started", records.get("b-2").status());
    assertEquals(
        List.of(
            SummaryCsv.HEADER,
            "a-1,done,grid,run.seed=7,train,7,2,with-bn,3,0.97,0.1,2.0,6.0,6.5,0,T,T",
            "b-2,started,grid,run.seed=7,train,7,2,,,,,,,0.0,0,T,"),
        Files.readAllLines(folder.resolve("summary.csv")));
  }

  @Test
  void shouldCountFailuresUntilARunIsDone() {
    Registry registry = registry("");
    registry.add(event(Kind.STARTED, "a-1"));
    registry.add(event(Kind.FAILED, "a-1"));
    registry.add(event(Kind.STARTED, "a-1"));
    registry.add(event(Kind.INTERRUPTED, "a-1"));
    registry.add(event(Kind.FAILED, "a-1"));

    assertEquals(2, registry.records().get("a-1").failures());
    assertEquals(6, registry.records().get("a-1").code());
  }

  @Test
  void shouldReadAndHealAnIndexThatWasCutAtAnyByte() throws IOException {
    Registry registry = registry("");
    registry.add(event(Kind.STARTED, "a-1"));
    byte[] one = Files.readAllBytes(folder.resolve("index.jsonl"));
    registry.add(event(Kind.DONE, "a-1"));
    byte[] both = Files.readAllBytes(folder.resolve("index.jsonl"));

    for (int cut = 0; cut <= both.length; cut++) {
      Files.write(folder.resolve("index.jsonl"), Arrays.copyOf(both, cut));
      Set<String> whole = new HashSet<>();
      if (cut >= one.length) {
        whole.add("a-1");
      }
      assertEquals(whole, registry.records().keySet(), "cut=" + cut);
      assertEquals(
          cut == both.length,
          registry.records().containsKey("a-1") && registry.records().get("a-1").isDone());
    }
    Files.write(folder.resolve("index.jsonl"), Arrays.copyOf(both, both.length - 9));
    registry.add(event(Kind.STARTED, "b-2"));

    assertEquals(Set.of("a-1", "b-2"), registry.records().keySet());
    assertEquals(2, Files.readAllLines(folder.resolve("index.jsonl")).size());
  }

  @Test
  void shouldSkipALineThatIsNoEvent() throws IOException {
    Files.writeString(folder.resolve("index.jsonl"), "\0\0\0\n{\"event\":\"DONE\"}\n");
    registry("").add(event(Kind.STARTED, "a-1"));

    assertEquals(Set.of("a-1"), registry("").records().keySet());
  }

  @Test
  void shouldLoseNothingOfTwoProcessesThatWriteAtOnce() throws Exception {
    List<Process> writers =
        IntStream.range(0, 2).mapToObj(i -> Writer.start(folder, "w" + i)).toList();
    for (Process writer : writers) {
      assertTrue(writer.waitFor(50, TimeUnit.SECONDS));
      assertEquals(0, writer.exitValue());
    }

    assertEquals(2 * Writer.EVENTS, registry("").records().size());
    assertEquals(2 * Writer.EVENTS + 1, Files.readAllLines(folder.resolve("summary.csv")).size());
    assertFalse(Files.exists(folder.resolve(".summary.csv.part")));
  }

  static RunEvent event(Kind kind, String run) {
    boolean done = kind == Kind.DONE;
    return new RunEvent(
        kind,
        "T",
        run,
        "grid",
        "train",
        Map.of("run.seed", "7"),
        kind == Kind.STARTED ? Map.of("run.seed", "7") : Map.of(),
        2,
        kind == Kind.FAILED ? 6 : 0,
        "",
        done ? List.of(MODEL) : List.of(),
        done ? 6.5 : 0);
  }

  /** A process that only writes. */
  static final class Writer {
    static final int EVENTS = 40;

    static Process start(Path folder, String name) {
      try {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString(),
                name)
            .inheritIO()
            .start();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    public static void main(String[] args) {
      Registry registry = Registry.of(args[0], new Configuration());
      for (int i = 0; i < EVENTS; i++) {
        registry.add(event(Kind.STARTED, args[1] + "-" + i));
      }
    }
  }
}
