package io.syncnorm.experiment.rows;

import io.syncnorm.files.Location;
import io.syncnorm.files.UnwritableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** A folder that executors write: it must not exist before, and a failure leaves nothing of it. */
public final class OutputFolder {
  private final String name;
  private final Location.Stored folder;

  private OutputFolder(String name, Location.Stored folder) {
    this.name = name;
    this.folder = folder;
  }

  /**
   * @param name as in {@link Location#of(String)}
   * @throws UnwritableException if it exists, or cannot be reached
   */
  public static OutputFolder create(String name, Configuration hadoop) {
    try {
      OutputFolder output = new OutputFolder(name, Location.of(name).in(hadoop));
      if (output.exists()) {
        throw new IOException("it already exists; remove it, or choose another --output");
      }
      return output;
    } catch (IOException e) {
      throw new UnwritableException(name, e);
    }
  }

  private boolean exists() throws IOException {
    try {
      folder.find();
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /**
   * Writes the folder.
   *
   * @param writer is given the folder's address
   * @throws UnwritableException if Spark cannot write it
   */
  public void write(java.util.function.Consumer<String> writer) {
    try {
      writer.accept(folder.address());
    } catch (RuntimeException | Error e) {
      try {
        folder.delete();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
