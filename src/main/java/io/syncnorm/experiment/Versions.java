package io.syncnorm.experiment;

import io.syncnorm.model.Dl4j;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** The versions of the software that a run used. */
public final class Versions {
  private static final String RESOURCE = "/io/syncnorm/experiment/versions.properties";
  private static final Properties BUILD = load();

  private Versions() {}

  /** The version of SyncNorm, written by the build. */
  public static String syncNorm() {
    return BUILD.getProperty("syncnorm");
  }

  static Map<String, String> inUse(RunResult result) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("SyncNorm", syncNorm());
    versions.put(
        "Java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
    versions.put("Spark", result.sparkVersion());
    if (Dl4j.find().isPresent()) {
      versions.put("DL4J", BUILD.getProperty("dl4j"));
    }
    versions.put("BLAS", result.blas());
    versions.put(
        "Operating system",
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")));
    versions.put("Cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    return versions;
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
