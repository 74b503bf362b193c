package io.syncnorm.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder on a local or mounted disk. */
public record LocalFolder(Path path) implements Folder {
  @Override
  public String address(String name) {
    return path.resolve(name).toString();
  }

  @Override
  public List<String> names() throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public <T> T read(String name, Reading<T> reading) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path.resolve(name)))) {
      return reading.from(in);
    }
  }

  @Override
  public void write(String name, WholeFile.Content content) throws IOException {
    if (Files.isDirectory(path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
      delete(name); // a rename cannot replace a folder
    }
    WholeFile.write(path.resolve(name), content);
  }

  @Override
  public void delete(String name) throws IOException {
    Path file = path.resolve(name);
    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(file);
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(file)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : deepestFirst) {
      Files.delete(each);
    }
  }
}
