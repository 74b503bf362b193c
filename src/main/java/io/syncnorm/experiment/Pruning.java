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

/** Removes a run directory, or what of it nobody needs, while nobody else is at it. */
public final class Pruning {
  private final Path directory;

  public Pruning(Path directory) {
    this.directory = directory;
  }

  /** Bytes of the checkpoints; 0 if there are none. */
  public long checkpointBytes() {
    return bytes(directory.resolve(CheckpointFolder.IN_RUN_DIRECTORY));
  }

  /** Bytes of all files; 0 if there is no such directory. */
  public long allBytes() {
    return bytes(directory);
  }

  /**
   * Removes the checkpoints; returns their bytes.
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
   * Removes the directory, which the registry is told; returns its bytes.
   *
   * @throws RunDirectory.BusyException if another process holds the directory
   */
  public long removeAll(Registry registry, RunRecord record) {
    long bytes = allBytes();
    if (Files.isDirectory(directory)) {
      try (RunDirectory held = RunDirectory.open(directory)) {
        // Told first: a run that is half removed must not pass for one that is done.
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
