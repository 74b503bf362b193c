package io.syncnorm.experiment.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Lifeline;
import io.syncnorm.Slow;
import io.syncnorm.files.Location;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunEvent.Kind;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.SummaryCsv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the registry on local files and on a file system that can neither append nor lock. */
@Timeout(60)
class RegistryTest {
  private static final ModelResult MODEL =
      new ModelResult("with-bn", true, 100, 3, 0, 0.97, 0.1, 6, 2, 5000, 5, 9, "model.zip");

  @TempDir Path folder;

  /** Local files under another scheme, with the limits of an object store. */
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

    /** Number of times that another process is faster, from now on. */
    private static final AtomicInteger RIVALS = new AtomicInteger();

    @Override
    public boolean delete(org.apache.hadoop.fs.Path file, boolean recursive) throws IOException {
      boolean deleted = super.delete(file, recursive);
      if (file.getName().equals(EventStore.SUMMARY)
          && RIVALS.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        create(file).close();
      }
      return deleted;
    }

    /** As on HDFS. */
    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      return !exists(to) && super.rename(from, to);
    }
  }

  private Registry registry(String scheme) {
    return Registry.of(scheme + folder, hadoop());
  }

  private static Configuration hadoop() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.noappend.impl", NoAppend.class.getName());
    return hadoop;
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
  void shouldReadAndRepairAnIndexTruncatedAtAnyByte() throws IOException {
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
  void shouldSkipALineThatIsNotAnEvent() throws IOException {
    Files.writeString(folder.resolve("index.jsonl"), "\0\0\0\n{\"event\":\"DONE\"}\n");
    registry("").add(event(Kind.STARTED, "a-1"));

    assertEquals(Set.of("a-1"), registry("").records().keySet());
  }

  @Slow
  @ParameterizedTest
  @ValueSource(strings = {"", "noappend://"})
  void shouldLoseNoEventOfTwoConcurrentProcesses(String scheme) throws Exception {
    List<Process> writers =
        IntStream.range(0, 2).mapToObj(i -> Writer.start(scheme + folder, "w" + i)).toList();
    try {
      for (Process writer : writers) {
        assertTrue(writer.waitFor(50, TimeUnit.SECONDS));
        assertEquals(0, writer.exitValue());
      }
    } finally {
      writers.forEach(Process::destroyForcibly);
    }

    assertEquals(2 * Writer.EVENTS, registry(scheme).records().size());
    assertEquals(2 * Writer.EVENTS + 1, Files.readAllLines(folder.resolve("summary.csv")).size());
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith(".summary")));
    }
  }

  @Test
  void shouldReplaceASummaryThatAnotherProcessHasJustWritten() throws IOException {
    NoAppend.RIVALS.set(3);
    registry("noappend://").add(event(Kind.DONE, "a-1"));

    assertEquals(0, NoAppend.RIVALS.get());
    assertEquals(2, Files.readAllLines(folder.resolve("summary.csv")).size());
  }

  @Test
  void shouldWriteFewSummariesWhileOtherProcessesAddLines() throws IOException {
    Location place = Location.of("noappend://" + folder);
    EventStore store = new FolderEventStore(place, hadoop());
    EventStore others = new FolderEventStore(place, hadoop());
    AtomicInteger summaries = new AtomicInteger();

    store.writeSummary(
        lines -> {
          summaries.incrementAndGet();
          others.append("more");
          return lines + "\n";
        });

    assertTrue(summaries.get() > 1 && summaries.get() <= 5, "summaries=" + summaries);
  }

  /** Lines in memory; counts what is written. */
  private static final class CountingStore implements EventStore {
    private final List<String> lines = new ArrayList<>();
    private final AtomicInteger summaries = new AtomicInteger();
    private final AtomicLong characters = new AtomicLong();
    private String last = "";

    @Override
    public synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    @Override
    public synchronized void append(String line) {
      lines.add(line);
    }

    @Override
    public synchronized void writeSummary(Function<List<String>, String> summary) {
      last = summary.apply(lines());
      summaries.incrementAndGet();
      characters.addAndGet(last.length());
    }
  }

  /** A summary for each event would be 20,000 summaries of half the last length. */
  @Test
  void shouldWriteTheSummaryOfManyEventsAtLimitedCost() {
    int cells = 10_000;
    CountingStore store = new CountingStore();
    Registry registry = new Registry(store);
    long start = System.nanoTime();
    registry.batch(
        () -> {
          for (int cell = 0; cell < cells; cell++) {
            registry.add(event(Kind.STARTED, "cell-" + cell));
            registry.add(event(Kind.DONE, "cell-" + cell));
          }
        });
    long most = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start); // one is the last

    String counts = "summaries=" + store.summaries + " of " + most;
    assertTrue(store.summaries.get() >= 1 && store.summaries.get() <= most, counts);
    assertTrue(store.characters.get() <= most * store.last.length(), counts);
    List<String> rows = store.last.lines().toList();
    assertEquals(cells + 1, rows.size());
    assertTrue(rows.stream().skip(1).allMatch(row -> row.contains(",done,")));

    registry.add(event(Kind.STARTED, "after"));
    assertEquals(cells + 2, store.last.lines().count());
  }

  @Test
  void shouldKeepTheSummaryCompleteAndUpToDate() {
    Registry registry = registry("");
    registry.add(event(Kind.DONE, "a-1"));
    Path summary = folder.resolve("summary.csv");
    List<String> before = rows(summary);
    registry.batch(
        () -> {
          registry.add(event(Kind.STARTED, "b-2"));
          List<String> rows = rows(summary);
          while (rows.size() < 3) { // until the timeout of the test
            assertEquals(before, rows);
            rows = rows(summary);
          }
          assertTrue(rows.get(2).startsWith("b-2,started,"), rows.toString());
        });
    assertEquals(3, rows(summary).size());
  }

  @Test
  void shouldReportAFailedSummaryWhenTheNextEventIsAdded() throws IOException {
    RemoteFileSystem.strike(RemoteFileSystem.Fault.FULL, "summary.csv");
    try {
      Registry registry =
          Registry.of(RemoteFileSystem.SCHEME + ":" + folder, RemoteFileSystem.configuration());
      UnwritableException full =
          assertThrows(
              UnwritableException.class,
              () ->
                  registry.batch(
                      () -> {
                        for (int i = 0; ; i++) { // until the timeout of the test
                          registry.add(event(Kind.STARTED, "run-" + i));
                          pause();
                        }
                      }));
      assertTrue(full.getMessage().contains("No space left"), full.getMessage());
    } finally {
      RemoteFileSystem.heal();
    }
  }

  private static List<String> rows(Path file) {
    pause();
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The file system may reuse the inode number of the old file. */
  @Test
  void shouldDiscardAnIndexThatWasRemoved() throws IOException {
    Registry registry = registry("");
    Path index = folder.resolve("index.jsonl");
    registry.add(event(Kind.STARTED, "a-1"));
    assertEquals(Set.of("a-1"), registry.records().keySet());
    String longer = Files.readString(index).replace("a-1", "another-2");
    Files.delete(index);
    assertEquals(Set.of(), registry.records().keySet());
    Files.writeString(index, longer);
    assertEquals(Set.of("another-2"), registry.records().keySet());
  }

  @Test
  void shouldReadLinesOfOtherProcessesAndAReplacedIndex() throws IOException {
    Registry registry = registry("");
    registry.add(event(Kind.STARTED, "a-1"));
    assertEquals(Set.of("a-1"), registry.records().keySet());
    registry("").add(event(Kind.STARTED, "b-2"));
    assertEquals(Set.of("a-1", "b-2"), registry.records().keySet());

    Files.move(folder.resolve("index.jsonl"), folder.resolve("old"));
    assertEquals(Set.of(), registry.records().keySet());
    for (String run : List.of("c-3", "d-4", "e-5")) {
      registry("").add(event(Kind.STARTED, run));
    }
    assertEquals(Set.of("c-3", "d-4", "e-5"), registry.records().keySet());
  }

  @Test
  void shouldNotWaitForeverForAFileSystemThatDoesNotRespond() throws IOException {
    Location place = Location.of(RemoteFileSystem.SCHEME + ":" + folder);
    RemoteFileSystem.strike(RemoteFileSystem.Fault.HANGS, ".json");
    try {
      EventStore store =
          new FolderEventStore(place, RemoteFileSystem.configuration(), Duration.ofMillis(200));
      UnwritableException hung = assertThrows(UnwritableException.class, () -> store.append("{}"));
      assertTrue(hung.getMessage().contains("no answer within"), hung.getMessage());
      assertTrue(hung.getMessage().contains("200 ms"), hung.getMessage());
    } finally {
      RemoteFileSystem.heal();
    }
  }

  @Test
  void shouldLeaveNoPartialFileOnAFullDisk() throws IOException {
    Location place = Location.of(RemoteFileSystem.SCHEME + ":" + folder);
    RemoteFileSystem.strike(RemoteFileSystem.Fault.FULL, ".json");
    try {
      EventStore store =
          new FolderEventStore(place, RemoteFileSystem.configuration(), Duration.ofSeconds(20));
      String line = "{}".repeat(1000);
      UnwritableException full = assertThrows(UnwritableException.class, () -> store.append(line));
      assertTrue(full.getMessage().contains("No space left"), full.getMessage());
      try (Stream<Path> files = Files.list(folder.resolve("index"))) {
        assertEquals(List.of(), files.toList());
      }
    } finally {
      RemoteFileSystem.heal();
    }
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

    static Process start(String folder, String name) {
      try {
        return new ProcessBuilder(Lifeline.java(List.of(), Writer.class, List.of(folder, name)))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    public static void main(String[] args) {
      Registry registry = Registry.of(args[0], hadoop());
      for (int i = 0; i < EVENTS; i++) {
        registry.add(event(Kind.STARTED, args[1] + "-" + i));
      }
    }
  }
}
