package io.syncnorm.experiment;

import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Removes a run directory or its checkpoints, unless another process holds the directory. */
public final class Pruning {
  private final Path directory;

  public Pruning(Path directory) {
    this.directory = directory;
  }

  /** The size of the checkpoints in bytes; 0 if there are none. */
  public long checkpointBytes() {
    return bytes(directory.resolve(CheckpointFolder.IN_RUN_DIRECTORY));
  }

  /** The size of all files in bytes; 0 if the directory does not exist. */
  public long allBytes() {
    return bytes(directory);
  }

  /**
   * Removes the checkpoints and returns their size in bytes.
   *
   * @throws RunDirectory.BusyException if another process holds the directory
   */
  public long removeCheckpoints() {
    long bytes = checkpointBytes();
    if (bytes > 0) {
      try (RunDirectory held = RunDirectory.open(directory)) {
        remove(held.path().resolve(CheckpointFolder.IN_RUN_DIRECTORY));
      }
    }
    return bytes;
  }

  /**
   * Removes the directory, records that in the registry, and returns the directory's size in bytes.
   *
   * @throws RunDirectory.BusyException if another process holds the directory
   */
  public long removeAll(Registry registry, RunRecord record) {
    long bytes = allBytes();
    if (Files.isDirectory(directory)) {
      try (RunDirectory held = RunDirectory.open(directory)) {
        // Recorded first: a partially removed run must not be treated as done.
        registry.add(pruned(record));
        held.delete(RunOutputs.RESULT);
        remove(held.path());
      }
    }
    return bytes;
  }

  private static RunEvent pruned(RunRecord record) {
    return new RunEvent(
        RunEvent.Kind.PRUNED,
        Registry.now(),
        record.run(),
        record.experiment(),
        record.command(),
        record.cell(),
        Map.of(),
        record.world(),
        0,
        "",
        List.of(),
        0);
  }

  private static long bytes(Path folder) {
    long bytes = 0;
    for (Path file : deepestFirst(folder)) {
      if (Files.isRegularFile(file)) {
        bytes += file.toFile().length();
      }
    }
    return bytes;
  }

  private static void remove(Path folder) {
    for (Path file : deepestFirst(folder)) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new UnwritableException(file.toString(), e);
      }
    }
  }

  private static List<Path> deepestFirst(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UnwritableException(folder.toString(), e);
    }
  }
}
