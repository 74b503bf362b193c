package io.syncnorm.submit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** A jar of this build. */
record BuiltJar(JarFile file) implements AutoCloseable {
  static BuiltJar open(Path path) throws IOException {
    return new BuiltJar(new JarFile(path.toFile()));
  }

  /** Returns the names of its files, without folders. */
  List<String> names() {
    return file.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
  }

  List<String> under(String prefix) {
    return names().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  byte[] bytes(String name) throws IOException {
    try (InputStream in = file.getInputStream(file.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  String text(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** Returns a value in the manifest's main part. */
  String attribute(String name) throws IOException {
    return file.getManifest().getMainAttributes().getValue(name);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
