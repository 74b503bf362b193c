package io.syncnorm.model;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model has besides its network.
 *
 * @param normalizer applied to features before the network
 * @param names of the classes; empty if they are not known
 */
public record ModelExtras(FeatureNormalizer normalizer, List<String> names)
    implements Serializable {
  private static final long serialVersionUID = 1;

  public static final ModelExtras NONE = new ModelExtras(FeatureNormalizer.NONE, List.of());

  public ModelExtras {
    names = List.copyOf(names);
  }

  public Optional<List<String>> classNames() {
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  public ModelExtras withNormalizer(FeatureNormalizer other) {
    return new ModelExtras(other, names);
  }

  /**
   * Returns these extras with other names.
   *
   * @throws ModelException if there is not one name per class
   */
  public ModelExtras withNames(List<String> other, int classes) {
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
  public ModelExtras withStandardization(float[] means, float[] deviations, long inputs) {
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
