package io.syncnorm.dl4j.file;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a model has besides its network.
 *
 * @param normalizer applied to features before the network
 * @param names of the classes; empty if they are not known
 */
record ModelExtras(FeatureNormalizer normalizer, List<String> names) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Zip entry of the names, a JSON array of strings. It is our own; DL4J ignores it. */
  static final String LABELS_JSON = "labels.json";

  static final ModelExtras NONE = new ModelExtras(FeatureNormalizer.NONE, List.of());
  private static final ObjectMapper JSON = new ObjectMapper();

  ModelExtras {
    names = List.copyOf(names);
  }

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
  void requireFit(int classes) throws IOException {
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
  String labelsJson() throws IOException {
    return JSON.writeValueAsString(names);
  }

  Optional<List<String>> classNames() {
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  ModelExtras withNormalizer(FeatureNormalizer other) {
    return new ModelExtras(other, names);
  }

  /**
   * Returns these extras with other names.
   *
   * @throws ModelException if there is not one name per class
   */
  ModelExtras withNames(List<String> other, int classes) {
    if (other.size() != classes) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "each class needs one name: classes=%d, names=%d",
              classes,
              other.size()));
    }
    return new ModelExtras(normalizer, other);
  }

  /**
   * Returns these extras with a standardization, for rows as the network was trained on.
   *
   * @throws ModelException if there is a normalizer already, or the lengths do not fit
   */
  ModelExtras withStandardization(float[] means, float[] deviations, long inputs) {
    if (!normalizer.isNone()) {
      throw new ModelException(
          "the model has a normalizer already: rows that it normalizes must not be standardized, too");
    }
    if (means.length != inputs || deviations.length != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "each feature needs one mean and one standard deviation: features=%d, means=%d, deviations=%d",
              inputs,
              means.length,
              deviations.length));
    }
    return withNormalizer(FeatureNormalizer.standardize(means, deviations));
  }
}
