package io.syncnorm.dl4j.file;

import io.syncnorm.model.ModelExtras;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Writes and reads the entries of a {@code MultiLayerNetwork} zip.
 *
 * <p>DL4J's own writer stores the time of day and compresses, which takes 13 ms for the weights of
 * the main job's network and makes them only a tenth smaller.
 */
final class ModelZip {
  /** The earliest time that a zip can store. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private ModelZip() {}

  /** Writes parameters in ND4J's format. */
  @FunctionalInterface
  interface Coefficients {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /**
   * Writes a model without updater state. Equal content gives equal bytes.
   *
   * @param extras each stored as an entry, if there is one
   */
  static void write(
      OutputStream out, String configuration, Coefficients coefficients, ModelExtras extras)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.NO_COMPRESSION);
    zip.putNextEntry(entry(ModelSerializer.CONFIGURATION_JSON));
    zip.write(configuration.getBytes(StandardCharsets.UTF_8));
    zip.putNextEntry(entry(ModelSerializer.COEFFICIENTS_BIN));
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zip));
    coefficients.writeTo(data);
    data.flush();
    if (!extras.normalizer().isNone()) {
      zip.putNextEntry(entry(ModelSerializer.NORMALIZER_BIN));
      zip.write(extras.normalizer().stored());
    }
    if (!extras.names().isEmpty()) {
      zip.putNextEntry(entry(ZipExtras.LABELS_JSON));
      zip.write(ZipExtras.labelsJson(extras).getBytes(StandardCharsets.UTF_8));
    }
    zip.finish();
  }

  /** Reads an entry. */
  @FunctionalInterface
  interface Reading<T> {
    T from(InputStream entry) throws IOException;
  }

  /** Returns the bytes of the entry with this name, if there is one. */
  static Optional<byte[]> entry(Path zip, String name) throws IOException {
    return read(zip, name, InputStream::readAllBytes);
  }

  /**
   * Reads the entry with this name.
   *
   * @throws IOException if there is none
   */
  static <T> T required(Path zip, String name, Reading<T> reading) throws IOException {
    return read(zip, name, reading).orElseThrow(() -> new IOException("it has no entry " + name));
  }

  private static <T> Optional<T> read(Path zip, String name, Reading<T> reading)
      throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry entry = file.getEntry(name);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = file.getInputStream(entry)) {
        return Optional.of(reading.from(in));
      }
    }
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    return entry;
  }
}
