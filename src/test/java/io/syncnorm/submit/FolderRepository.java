package io.syncnorm.submit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with the layout of a Maven repository: links to everything that Maven has resolved for
 * this build, and to the artifacts of {@code mvn install}. Closing it removes the links.
 */
record FolderRepository(Path folder) implements AutoCloseable {
  /** Creates a repository in a folder that does not exist yet. */
  static FolderRepository make(Path folder) throws IOException {
    Path resolved = Path.of(System.getProperty("syncnorm.repository"));
    Path io = Files.createDirectories(folder.resolve("io"));
    linkAllBut("io", resolved, folder);
    linkAllBut("syncnorm", resolved.resolve("io"), io);
    publish(io, Build.LIBRARY, LocalScript.HOME.resolve("pom.xml"));
    publish(io, Build.SLIM, Build.FOLDER.resolve("slim/pom.xml"));
    return new FolderRepository(folder);
  }

  /** Returns the coordinates for {@code spark-submit --packages}. */
  static String coordinates(String artifact) {
    return "io.syncnorm:" + artifact + ":" + Build.VERSION;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) { // does not follow them
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  private static void publish(Path io, String artifact, Path pom) throws IOException {
    Path place =
        Files.createDirectories(io.resolve("syncnorm").resolve(artifact).resolve(Build.VERSION));
    Files.copy(pom, place.resolve(artifact + "-" + Build.VERSION + ".pom"));
    for (Path jar : List.of(Build.jar(artifact), Build.jobJar())) {
      if (jar.getFileName().toString().startsWith(artifact)) {
        Files.createSymbolicLink(place.resolve(jar.getFileName()), jar.toAbsolutePath());
      }
    }
  }

  private static void linkAllBut(String name, Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.filter(each -> !each.endsWith(name)).toList()) {
        Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
      }
    }
  }
}
