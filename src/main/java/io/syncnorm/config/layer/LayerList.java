package io.syncnorm.config.layer;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The layers of a network in the order in which rows pass them, without the output layer.
 *
 * @param layers empty only in {@link #NONE}
 */
public record LayerList(List<ConfiguredLayer> layers) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No list: {@code model.hidden} describes the network. */
  public static final LayerList NONE = new LayerList(List.of());

  public LayerList {
    layers = List.copyOf(layers);
  }

  /** Whether there are layers. */
  public boolean isConfigured() {
    return !layers.isEmpty();
  }

  /** Whether a layer normalizes. */
  public boolean isNormalized() {
    return has(ConfiguredLayer.BatchNorm.class);
  }

  /**
   * The momentum of each layer that normalizes.
   *
   * @param shared that of layers without one of their own
   */
  public DoubleStream momentums(double shared) {
    return layers.stream()
        .filter(ConfiguredLayer.BatchNorm.class::isInstance)
        .mapToDouble(each -> ((ConfiguredLayer.BatchNorm) each).momentumOr(shared));
  }

  /** Number of layers with weights. */
  public int weighted() {
    return (int) layers.stream().filter(ConfiguredLayer.Weighted.class::isInstance).count();
  }

  /** Whether the rows are images in the order channels, height, width. */
  public boolean isChannelsFirst() {
    return isConfigured() && layers.get(0) == ConfiguredLayer.Plain.CHANNELS_LAST;
  }

  /** Whether a layer moves a window over images, which vectors are not. */
  public boolean needsImages() {
    return has(ConfiguredLayer.Windowed.class)
        || layers.contains(ConfiguredLayer.Plain.CHANNELS_LAST);
  }

  /** This list without layers that normalize. */
  public LayerList withoutNormalization() {
    return new LayerList(
        layers.stream().filter(each -> !(each instanceof ConfiguredLayer.BatchNorm)).toList());
  }

  /** The list as HOCON; equal lists give equal texts. */
  public String text() {
    return layers.stream().map(ConfiguredLayer::text).collect(Collectors.joining(", ", "[", "]"));
  }

  private boolean has(Class<? extends ConfiguredLayer> type) {
    return layers.stream().anyMatch(type::isInstance);
  }

  /** The list as HOCON. */
  @Override
  public String toString() {
    return text();
  }
}
