package io.syncnorm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Small IDX files that a network learns immediately: images of 4 x 4 pixels in three classes, each
 * with a different bright line.
 */
final class SampleData {
  static final int TRAIN_ROWS = 60;
  static final int TEST_ROWS = 30;
  static final int CLASSES = 3;

  private static final int SIDE = 4;

  private final Path folder;

  private SampleData(Path folder) {
    this.folder = folder;
  }

  /** Writes the four files, uncompressed. */
  static SampleData write(Path folder) {
    SampleData data = new SampleData(folder);
    data.writeSet("train", TRAIN_ROWS, SIDE, 1);
    data.writeSet("test", TEST_ROWS, SIDE, 2);
    return data;
  }

  /** Returns the four files of a folder that contains them already. */
  static SampleData in(Path folder) {
    return new SampleData(folder);
  }

  /** Replaces one pair of files. */
  void writeSet(String set, int rows, int side, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[rows * side * side];
    byte[] labels = new byte[rows];
    for (int i = 0; i < pixels.length; i++) {
      int label = i / (side * side) % CLASSES;
      boolean lit = i / side % side == label;
      pixels[i] = (byte) (random.nextInt(100) + (lit ? 120 : 0));
      labels[i / (side * side)] = (byte) label;
    }
    write(
        images(set),
        ByteBuffer.allocate(16 + pixels.length)
            .putInt(0x00000803)
            .putInt(rows)
            .putInt(side)
            .putInt(side)
            .put(pixels)
            .array());
    write(
        labels(set),
        ByteBuffer.allocate(8 + rows).putInt(0x00000801).putInt(rows).put(labels).array());
  }

  /** Images of {@code train} or {@code test}. */
  Path images(String set) {
    return folder.resolve(set + "-images");
  }

  /** Labels of {@code train} or {@code test}. */
  Path labels(String set) {
    return folder.resolve(set + "-labels");
  }

  /** Truncates a file. */
  static void tear(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - bytes.length / 3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a command on these files: a small network, two epochs, and the given arguments. */
  List<String> command(String command, String... settings) {
    List<String> words = new ArrayList<>();
    words.add(command);
    List<String> all =
        new ArrayList<>(
            List.of(
                "run.name=sample",
                "data.train-images=" + images("train"),
                "data.train-labels=" + labels("train"),
                "data.test-images=" + images("test"),
                "data.test-labels=" + labels("test"),
                "data.classes=" + CLASSES,
                "model.hidden=[8]",
                "model.batch-norm.momentum=0.5",
                "training.epochs=2",
                "training.batch-size=8"));
    all.addAll(Arrays.asList(settings));
    for (String setting : all) {
      words.add("--set");
      words.add(setting);
    }
    return words;
  }

  /** Returns settings of tables for training and test, and further ones. */
  static String[] table(String format, Object train, Object test, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.train.format=" + format,
                "data.train.path=\"" + train + "\"",
                "data.test.path=\"" + test + "\""));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
