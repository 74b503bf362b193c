package io.syncnorm.ml.predict;

import io.syncnorm.files.CallLimit;
import io.syncnorm.files.Folder;
import io.syncnorm.files.Location;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.onnx.OnnxException;
import io.syncnorm.onnx.OnnxNetwork;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A model as a file for other programs. The driver writes it. */
public final class OnnxFile {
  /** Enough for 2 GB on a slow file system. */
  private static final CallLimit LIMIT = new CallLimit(Duration.ofMinutes(30), "export's limit");

  /** Version in the file if the classes do not come from a jar, which has its version. */
  private static final String UNRELEASED = "unreleased";

  private OnnxFile() {}

  /**
   * Writes a file.
   *
   * @param path for Spark: local without a scheme if Hadoop's default is
   * @throws IllegalArgumentException if a layer has no counterpart in ONNX
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void write(Architecture architecture, NetworkState state, String path) {
    OnnxNetwork network = new OnnxNetwork(architecture, state, Optional.empty(), List.of());
    Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
    try {
      network.requireWritable();
      Location file = Location.inSpark(path);
      Location folder =
          file.parent().orElseThrow(() -> new IOException("it is not the name of a file"));
      if (LIMIT.call(() -> isFolder(file, hadoop))) { // which writing would replace
        throw new IOException("it is a folder; name a file in it");
      }
      Folder.at(folder, hadoop, LIMIT).write(file.name(), out -> network.write(out, version()));
    } catch (OnnxException e) {
      throw new IllegalArgumentException(
          "the model cannot be written as ONNX: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write the model to %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static boolean isFolder(Location location, Configuration hadoop) throws IOException {
    try {
      return location.in(hadoop).find().isFolder();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private static String version() {
    return Optional.ofNullable(OnnxFile.class.getPackage().getImplementationVersion())
        .orElse(UNRELEASED);
  }
}
