package io.syncnorm.cli;

import io.syncnorm.files.RemoteFileSystem.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes bad inputs, each to a folder of its own. */
class BadInputs {
  /** The part of a name that a fault of the remote file system strikes. */
  static final String STRUCK = "struck";

  private final Path folder;
  private final List<BadInput> all = new ArrayList<>();

  BadInputs(Path folder) {
    this.folder = folder;
  }

  List<BadInput> all() {
    return all;
  }

  void add(String name, List<String> settings, String... message) {
    add(name, Fault.NONE, settings, message);
  }

  void add(String name, Fault fault, List<String> settings, String... message) {
    all.add(new BadInput(name, settings, fault, List.of(message)));
  }

  /** Returns a new folder. */
  Path next() throws IOException {
    return Files.createDirectories(folder.resolve("in" + all.size()));
  }

  /** Writes a file to the current folder. */
  Path file(String name, String content) throws IOException {
    return file(name, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  Path file(String name, byte[] content) throws IOException {
    Path file = next().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** Settings that name the training and the test rows, followed by more settings. */
  List<String> table(String format, String train, String test, String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("data.train.format=" + format);
    settings.add("data.train.path=\"" + train + "\"");
    settings.add("data.test.path=\"" + test + "\"");
    settings.addAll(List.of(more));
    return settings;
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(bytes);
    }
    return out.toByteArray();
  }

  static String remote(Path file) {
    return "remote://" + file;
  }
}
