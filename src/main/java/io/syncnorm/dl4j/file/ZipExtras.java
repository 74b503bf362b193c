package io.syncnorm.dl4j.file;

import io.syncnorm.model.FeatureNormalizer;
import io.syncnorm.model.ModelExtras;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** What a model zip has besides its network. */
final class ZipExtras {
  /** Zip entry of the names, a JSON array of strings. It is our own; DL4J ignores it. */
  static final String LABELS_JSON = "labels.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ZipExtras() {}

  /**
   * Reads the names of a model zip.
   *
   * @throws IOException if they are not a JSON array of strings
   */
  static ModelExtras read(Path zip, FeatureNormalizer normalizer) throws IOException {
    Optional<byte[]> stored = ModelZip.entry(zip, LABELS_JSON);
    if (stored.isEmpty()) {
      return new ModelExtras(normalizer, List.of());
    }
    try {
      String[] names = JSON.readValue(stored.get(), String[].class);
      if (names == null || Arrays.asList(names).contains(null)) {
        throw misfit("null", null);
      }
      return new ModelExtras(normalizer, List.of(names));
    } catch (JsonProcessingException e) {
      throw misfit(e.getOriginalMessage(), e);
    }
  }

  private static IOException misfit(String found, Throwable cause) {
    return new IOException(
        "its names of classes cannot be read: expected a JSON array of strings in %s, found %s"
            .formatted(LABELS_JSON, found),
        cause);
  }

  /**
   * Rejects names read from a zip that do not fit its network.
   *
   * @throws IOException if there is not one name per class
   */
  static void requireFit(ModelExtras extras, int classes) throws IOException {
    List<String> names = extras.names();
    if (!names.isEmpty() && names.size() != classes) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its names of classes (%s) do not fit its network: expected names=%d, found names=%d",
              LABELS_JSON,
              classes,
              names.size()));
    }
  }

  /** The names as stored in a zip. */
  static String labelsJson(ModelExtras extras) throws IOException {
    return JSON.writeValueAsString(extras.names());
  }

  /**
   * Returns extras with a standardization that goes into the zip.
   *
   * @throws io.syncnorm.model.ModelException if there is a normalizer already, or the lengths do
   *     not fit
   */
  static ModelExtras withStandardization(
      ModelExtras extras, float[] means, float[] deviations, long inputs) {
    ModelExtras standardized = extras.withStandardization(means, deviations, inputs);
    return standardized.withNormalizer(
        standardized.normalizer().withStored(StoredNormalizer.standardization(means, deviations)));
  }
}
