package io.syncnorm.submit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The model of a run, to be compared bit for bit. */
public final class TrainedModel {
  private TrainedModel() {}

  /** Reads the parameters of the newest model in a folder of runs. */
  public static byte[] newest(Path runs) throws IOException {
    Path newest;
    try (Stream<Path> files = Files.walk(runs)) {
      newest =
          files
              .filter(file -> file.endsWith(Build.MODEL))
              .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
              .orElseThrow();
    }
    if (!Build.hasDl4j()) {
      return Files.readAllBytes(newest);
    }
    try (ZipFile zip = new ZipFile(newest.toFile())) {
      ZipEntry parameters = zip.getEntry("coefficients.bin");
      try (InputStream in = zip.getInputStream(parameters)) {
        return in.readAllBytes();
      }
    }
  }
}
