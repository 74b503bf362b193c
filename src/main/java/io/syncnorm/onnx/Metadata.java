package io.syncnorm.onnx;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code metadata_props} of a file: what a user of the model needs beside the graph.
 *
 * <pre>
 * syncnorm.version   version of SyncNorm
 * syncnorm.input     what a row is, for people
 * syncnorm.scaling   none, feature or pixel: whether the graph begins with scaling, and of what
 * class.0, class.1   names of the classes, if they are known
 * </pre>
 */
final class Metadata {
  private static final String VERSION = "syncnorm.version";
  private static final String INPUT = "syncnorm.input";
  private static final String SCALING = "syncnorm.scaling";
  private static final String CLASS = "class.";
  private static final String PIXEL = "pixel";

  private Metadata() {}

  static Map<String, String> of(OnnxNetwork network, String version) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(VERSION, version);
    metadata.put(INPUT, input(network));
    metadata.put(
        SCALING,
        network
            .scaling()
            .map(each -> each.unit() == FeatureScaling.Unit.PIXEL ? PIXEL : "feature")
            .orElse("none"));
    for (int i = 0; i < network.classNames().size(); i++) {
      metadata.put(CLASS + i, network.classNames().get(i));
    }
    return metadata;
  }

  private static String input(OnnxNetwork network) {
    Architecture architecture = network.architecture();
    Dimensions image = architecture.input();
    boolean isChannelsFirst =
        image.channels() > 1
            && !architecture.layers().isEmpty()
            && architecture.layers().get(0) instanceof Layer.ChannelsLast;
    String what =
        network.scaling().isPresent() && network.scaling().get().unit() == FeatureScaling.Unit.PIXEL
            ? "pixels from 0 to 255"
            : "features as SyncNorm reads them: bytes of images divided by 255, other numbers as they are";
    String order =
        image.positions() == 1
            ? ""
            : "; a row is an image of %s, flattened in the order %s"
                .formatted(
                    image, isChannelsFirst ? "channels, height, width" : "height, width, channels");
    return what + order + (network.scaling().isPresent() ? "; scaling is part of the graph" : "");
  }

  static FeatureScaling.Unit unit(Map<String, String> metadata) {
    return PIXEL.equals(metadata.get(SCALING))
        ? FeatureScaling.Unit.PIXEL
        : FeatureScaling.Unit.FEATURE;
  }

  /** The names of the classes; empty unless there is one for each. */
  static List<String> classNames(Map<String, String> metadata, int classes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      String name = metadata.get(CLASS + i);
      if (name == null) {
        return List.of();
      }
      names.add(name);
    }
    return names;
  }
}
