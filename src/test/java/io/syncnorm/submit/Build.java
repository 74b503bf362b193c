package io.syncnorm.submit;

import io.syncnorm.experiment.Versions;
import io.syncnorm.model.Dl4j;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The build under test, for Spark 3.5 or 4: its folder, and how it names its files. */
public final class Build {
  /** A file of a trained model. */
  public static final String MODEL = hasDl4j() ? "model.zip" : "model.onnx";

  static final Path FOLDER =
      Path.of(System.getProperty("syncnorm.target", Script.HOME.resolve("target").toString()))
          .toAbsolutePath();

  static final String VERSION = Versions.syncNorm();
  static final String LIBRARY = named("syncnorm");
  static final String SLIM = named("syncnorm-slim");

  private Build() {}

  /** Creates the build's folder in a copy of the project. */
  static Path createFolder(Path home) throws IOException {
    return Files.createDirectories(
        home.resolve(Script.HOME.toAbsolutePath().relativize(FOLDER).toString()));
  }

  static boolean hasDl4j() {
    return Dl4j.find().isPresent();
  }

  /** Returns the jar of an artifact. */
  static Path jar(String artifact) {
    return FOLDER.resolve(artifact + "-" + VERSION + ".jar");
  }

  public static Path jobJar() {
    return FOLDER.resolve(LIBRARY + "-" + VERSION + "-job.jar");
  }

  /** Returns the class path of the Spark that Maven resolved. */
  static String sparkJars() throws IOException {
    return Files.readString(FOLDER.resolve("spark.classpath"));
  }

  private static String named(String artifact) {
    return artifact + "_" + System.getProperty("syncnorm.scala", "2.12");
  }
}
