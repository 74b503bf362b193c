package io.syncnorm.kubernetes;

import io.syncnorm.submit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An image as a folder: the steps of {@code submit/kubernetes/Dockerfile} on a base with Spark's
 * jars from Maven.
 *
 * @param root holds the image's files
 * @param environment of its containers
 * @param workingDirectory of its containers, an absolute path in the image
 */
record ImageFolder(Path root, Map<String, String> environment, String workingDirectory) {
  static final String ENTRY_POINT = "/opt/entrypoint.sh";

  private static final Path DOCKERFILE = Script.HOME.resolve("submit/kubernetes/Dockerfile");

  /** What Spark's image does with the arguments of a pod's container. */
  private static final String START =
      """
      #!/usr/bin/env bash
      set -euo pipefail
      role=$1
      shift
      case $role in
        driver)
          exec "$SPARK_HOME/bin/spark-submit" --deploy-mode client \\
            --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \\
            --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" "$@"
          ;;
        executor)
          java_options=()
          for each in "${!SPARK_JAVA_OPT_@}"; do java_options+=("${!each}"); done
          exec "$JAVA_HOME/bin/java" ${java_options[@]+"${java_options[@]}"} \\
            "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \\
            -cp "$SPARK_HOME/conf:$SPARK_HOME/jars/*:$PWD" \\
            org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \\
            --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" \\
            --cores "$SPARK_EXECUTOR_CORES" --app-id "$SPARK_APPLICATION_ID" \\
            --hostname "$SPARK_EXECUTOR_POD_IP" \\
            --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"
          ;;
      esac
      """;

  /** Spark's own spark-submit, which Maven's jars lack. */
  private static final String SUBMIT =
      """
      #!/usr/bin/env bash
      set -euo pipefail
      home='%s'
      . "$home/submit/common.sh"
      require_java
      export SPARK_SCALA_VERSION=2.12 # found by a Spark that is installed
      spark_class org.apache.spark.deploy.SparkSubmit "$@"
      """;

  /** Builds the image of the Dockerfile. */
  static ImageFolder build(Path root) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPARK_HOME", "/opt/spark");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    base(root);
    String workingDirectory = "/";
    Map<String, String> arguments = new HashMap<>();
    for (String line : Files.readAllLines(DOCKERFILE)) {
      List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+", -1)));
      switch (words.remove(0)) {
        case "", "#" -> {}
        // The base is made above, and all files belong to the one user that there is.
        case "FROM", "USER", "RUN" -> {}
        case "WORKDIR" -> {
          workingDirectory = words.get(0);
          Files.createDirectories(within(root, workingDirectory));
        }
        case "ARG" -> set(arguments, "$" + words.get(0));
        case "COPY" -> {
          words.replaceAll(word -> arguments.getOrDefault(word, word));
          copy(words, within(root, workingDirectory));
        }
        case "ENV" -> set(environment, words.get(0));
        default -> {
          if (!line.startsWith("#")) {
            throw new IllegalStateException("unknown step in the Dockerfile: " + line);
          }
        }
      }
    }
    return new ImageFolder(root, environment, workingDirectory);
  }

  /** Adds {@code name=value}. */
  private static void set(Map<String, String> values, String assignment) {
    String[] parts = assignment.split("=", 2);
    values.put(parts[0], parts[1]);
  }

  private static void base(Path root) throws IOException {
    Path spark = within(root, "/opt/spark");
    Path jars = Files.createDirectories(spark.resolve("jars"));
    Path classPath = Script.HOME.resolve("target/spark.classpath");
    for (String jar : Files.readString(classPath).strip().split(":", -1)) {
      Files.createSymbolicLink(jars.resolve(Path.of(jar).getFileName()), Path.of(jar));
    }
    Files.createDirectories(spark.resolve("conf"));
    program(within(root, ENTRY_POINT), START);
    Files.createDirectories(spark.resolve("bin"));
    program(spark.resolve("bin/spark-submit"), SUBMIT.formatted(Script.HOME.toAbsolutePath()));
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** COPY [--chown=...] source destination, with patterns in the source's last name. */
  private static void copy(List<String> words, Path workingDirectory) throws IOException {
    words.removeIf(word -> word.startsWith("--"));
    Path source = Script.HOME.resolve(words.get(0));
    Path destination = workingDirectory.resolve(words.get(1));
    Files.createDirectories(destination.getParent());
    String pattern = "glob:" + source.getFileName();
    try (Stream<Path> files = Files.list(source.toAbsolutePath().getParent())) {
      Path found =
          files
              .filter(
                  file -> file.getFileSystem().getPathMatcher(pattern).matches(file.getFileName()))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("nothing to copy: " + source));
      copyTree(found, destination);
    }
  }

  /** Makes a container's own copy of the files. */
  void copyTo(Path folder) throws IOException {
    copyTree(root, folder);
  }

  /** Copies folders and links; files become links to the same file, which nobody changes. */
  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = file.equals(from) ? to : to.resolve(from.relativize(file).toString());
            if (attributes.isSymbolicLink()) {
              Files.createSymbolicLink(target, Files.readSymbolicLink(file));
            } else {
              link(file, target);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void link(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file.toRealPath());
    } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
      Files.copy(file, target); // on another file system
    }
  }

  static Path within(Path root, String path) {
    if (!path.startsWith("/")) {
      throw new UncheckedIOException(new IOException("not absolute: path=" + path));
    }
    return root.resolve(path.substring(1));
  }
}
