package io.syncnorm.faults;

import io.syncnorm.submit.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A class-data archive that executors start from. A replacement starts on the cores that the other
 * executors train on, and takes seconds of their time; on a cluster it starts on another machine.
 * With the archive it takes half of that.
 */
final class ExecutorArchive {
  private static final long DUMP_SECONDS = 60;

  private final Path file;
  private final Path jar;

  /**
   * @param jar the job jar, read from where it is by every executor
   */
  ExecutorArchive(Path folder, Path jar) {
    this.file = folder.resolve("executor.jsa");
    this.jar = jar.toAbsolutePath();
  }

  /** Returns the options of {@code submit/standalone.sh} for an executor that can be recorded. */
  List<String> recorded() {
    return options("-XX:+RecordDynamicDumpInfo");
  }

  /** Returns the options of {@code submit/standalone.sh} for executors that use the archive. */
  List<String> used() {
    return options("-XX:SharedArchiveFile=" + file);
  }

  /** Archives the classes that an executor has loaded. */
  void record(ProcessHandle executor) throws IOException, InterruptedException {
    Process dump =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(executor.pid()),
                "VM.cds",
                "dynamic_dump",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean hasEnded = dump.waitFor(DUMP_SECONDS, TimeUnit.SECONDS);
    dump.destroyForcibly();
    if (!hasEnded || dump.exitValue() != 0 || !Files.exists(file)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "jcmd created no class-data archive of the executor within %d s: pid=%d",
              DUMP_SECONDS,
              executor.pid()));
    }
  }

  static Path builtJar() throws IOException {
    Path jar = Build.jobJar();
    if (!Files.exists(jar)) {
      throw new IOException("the job jar is missing: run mvn -B -Pjar package; file=" + jar);
    }
    return jar;
  }

  private List<String> options(String javaOption) {
    return List.of(
        "--jar",
        "local:" + jar,
        "--conf",
        "spark.executor.extraClassPath=" + jar,
        "--conf",
        "spark.executor.extraJavaOptions=" + javaOption);
  }
}
