package io.syncnorm.submit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Runs a user's program in a separate JVM, on two slots, with the Spark jars that Maven resolved.
 */
final class SparkProgram {
  private SparkProgram() {}

  /** Runs a main class with these jars and Spark's on the class path. */
  static LocalScript.Outcome run(Path folder, String main, Path... jars) throws Exception {
    return java(folder, List.of(jars), main);
  }

  /** Runs a program with Spark's SparkSubmit. */
  static LocalScript.Outcome submit(Path folder, String... words) throws Exception {
    return java(folder, List.of(), "org.apache.spark.deploy.SparkSubmit", words);
  }

  private static LocalScript.Outcome java(
      Path folder, List<Path> jars, String main, String... words) throws Exception {
    List<String> classPath = new ArrayList<>(jars.stream().map(Path::toString).toList());
    classPath.add(Build.sparkJars());
    Path log = LocalScript.HOME.resolve("conf/log4j2.properties").toAbsolutePath();
    List<String> all =
        new ArrayList<>(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    all.addAll(
        List.of(
            "-Xmx1g",
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dlog4j2.configurationFile=" + log.toUri(),
            "-cp",
            String.join(":", classPath),
            main));
    all.addAll(List.of(words));
    Map<String, String> environment =
        Map.of(
            "SPARK_LOCAL_IP",
            "127.0.0.1",
            "JAVA_TOOL_OPTIONS",
            System.getenv().getOrDefault("JAVA_TOOL_OPTIONS", ""));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    try (LocalScript program =
        LocalScript.startScript(java, folder, environment, all.toArray(String[]::new))) {
      return program.await().done();
    }
  }
}
