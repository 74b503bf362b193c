package io.syncnorm.submit;

import io.syncnorm.experiment.Versions;
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
  static final String VERSION = Versions.syncNorm();
  static final String LIBRARY = "syncnorm_2.12";
  static final String SLIM = "syncnorm-slim_2.12";

  private static final Path TARGET = LocalScript.HOME.resolve("target");

  /** Creates a repository in a folder that does not exist yet. */
  static FolderRepository make(Path folder) throws IOException {
    Path resolved = Path.of(System.getProperty("syncnorm.repository"));
    Path io = Files.createDirectories(folder.resolve("io"));
    linkAllBut("io", resolved, folder);
    linkAllBut("syncnorm", resolved.resolve("io"), io);
    publish(io, LIBRARY, LocalScript.HOME.resolve("pom.xml"));
    publish(io, SLIM, TARGET.resolve("slim/pom.xml"));
    return new FolderRepository(folder);
  }

  /** Returns the built jar of an artifact. */
  static Path jar(String artifact) {
    return TARGET.resolve(artifact + "-" + VERSION + ".jar");
  }

  static Path jobJar() {
    return jar(LIBRARY).resolveSibling(LIBRARY + "-" + VERSION + "-job.jar");
  }

  /** Returns the coordinates for {@code spark-submit --packages}. */
  static String coordinates(String artifact) {
    return "io.syncnorm:" + artifact + ":" + VERSION;
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
    Path place = Files.createDirectories(io.resolve("syncnorm").resolve(artifact).resolve(VERSION));
    Files.copy(pom, place.resolve(artifact + "-" + VERSION + ".pom"));
    for (Path jar : List.of(jar(artifact), jobJar())) {
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
