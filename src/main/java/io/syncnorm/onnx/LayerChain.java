package io.syncnorm.onnx;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The layers that have been read so far, with the dimensions and the form of their outputs. ONNX
 * changes the form by nodes of its own: Reshape, Transpose and Flatten.
 */
final class LayerChain {
  private static final List<Long> TO_CHANNELS_FIRST = List.of(0L, 3L, 1L, 2L);
  private static final List<Long> TO_CHANNELS_LAST = List.of(0L, 2L, 3L, 1L);

  /** The form of the values between two nodes. */
  private enum Form {
    ROWS,
    /** Images in the order channels, height, width. */
    CHANNELS_FIRST,
    /** Images in the order height, width, channels. */
    CHANNELS_LAST
  }

  private final List<Layer> layers = new ArrayList<>();
  private Dimensions input;
  private Dimensions dimensions;
  private Form form = Form.ROWS;

  LayerChain(int inputs) {
    this.input = Dimensions.vector(inputs);
    this.dimensions = input;
  }

  /** Dimensions of the current values. */
  Dimensions dimensions() {
    return dimensions;
  }

  boolean isAtStart() {
    return layers.isEmpty() && form == Form.ROWS;
  }

  /**
   * @throws IllegalArgumentException if the layer cannot take the current values
   */
  void add(Layer layer) {
    dimensions = layer.output(dimensions);
    layers.add(layer);
  }

  void requireRows() {
    require(form == Form.ROWS, "rows");
  }

  void requireImages() {
    require(form == Form.CHANNELS_FIRST, "images with channels first");
  }

  /** Rows of features, or images with channels first. */
  void requireChannelsSecond() {
    require(form != Form.CHANNELS_LAST, "rows, or images with channels first");
  }

  private void require(boolean isGood, String expected) {
    if (!isGood) {
      throw new OnnxException("expected %s, found %s".formatted(expected, form));
    }
  }

  void requireOutputLayer() {
    boolean isOutput =
        !layers.isEmpty()
            && layers.get(layers.size() - 1) instanceof Layer.Dense dense
            && dense.bias() == Layer.Bias.TRAINED;
    if (!isOutput) {
      throw new OnnxException("expected Gemm with a bias before it");
    }
  }

  /** The network; its last layer is the output layer. */
  Architecture architecture() {
    return new Architecture(input, layers.subList(0, layers.size() - 1), dimensions.channels());
  }

  /** Reshape: rows become images, which a Transpose that follows turns to channels first. */
  void image(NodeReader reader, Optional<NodeProto> next) {
    List<Long> sizes = reader.constant(1).wholes();
    reader.requireNothingElse(1);
    if (form != Form.ROWS || sizes.size() != 4 || sizes.get(0) != -1) {
      throw new OnnxException(
          "expected rows that become [-1, ...] with 4 sizes, found %s, sizes=%s"
              .formatted(form, sizes));
    }
    int[] of = sizes.stream().mapToInt(Math::toIntExact).toArray();
    boolean isLast = next.filter(LayerChain::isToChannelsFirst).isPresent();
    Dimensions image =
        isLast ? new Dimensions(of[1], of[2], of[3]) : new Dimensions(of[2], of[3], of[1]);
    if (image.size() != dimensions.size()) {
      throw new OnnxException(
          "expected %s values, found sizes=%s".formatted(dimensions.size(), sizes));
    }
    if (image.positions() > 1) {
      takeImages(image, isLast);
    }
    dimensions = image;
    form = isLast ? Form.CHANNELS_LAST : Form.CHANNELS_FIRST;
  }

  private void takeImages(Dimensions image, boolean isLast) {
    if (!layers.stream().allMatch(Layer.Activated.class::isInstance)) {
      throw new OnnxException("only rows of the input can be images, found " + image);
    }
    input = image;
    if (!isLast && image.channels() > 1) {
      layers.add(0, new Layer.ChannelsLast());
    }
  }

  private static boolean isToChannelsFirst(NodeProto node) {
    return node.operator().equals("Transpose")
        && node.attributes().stream().anyMatch(each -> each.wholes().equals(TO_CHANNELS_FIRST));
  }

  void transpose(NodeReader reader) {
    List<Long> order = Arrays.stream(reader.wholes("perm", 4)).asLongStream().boxed().toList();
    reader.requireNothingElse(0);
    if (form == Form.CHANNELS_LAST && order.equals(TO_CHANNELS_FIRST)) {
      form = Form.CHANNELS_FIRST;
    } else if (form == Form.CHANNELS_FIRST && order.equals(TO_CHANNELS_LAST)) {
      form = Form.CHANNELS_LAST;
    } else {
      throw new OnnxException("it reorders %s by perm=%s".formatted(form, order));
    }
  }

  void flatten(NodeReader reader) {
    reader.requireNothingElse(0);
    boolean isReordered = dimensions.positions() > 1 && dimensions.channels() > 1;
    require(
        form == Form.CHANNELS_LAST || (form == Form.CHANNELS_FIRST && !isReordered),
        "images with channels last");
    if (dimensions.positions() > 1) {
      layers.add(new Layer.Flatten());
    }
    dimensions = Dimensions.vector(dimensions.size());
    form = Form.ROWS;
  }
}
