package io.syncnorm.dl4j;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.H5Object;
import org.bytedeco.hdf5.IdComponent;
import org.bytedeco.javacpp.PointerScope;

/**
 * A compiled convolutional Sequential model in the format of Keras 2, with random weights: 3 x 3
 * convolution with "same" padding and ReLU, batch normalization, max pooling, flatten, dense with
 * softmax. It begins with the convolution.
 */
public final class KerasImageFile {
  private static final int FILTERS = 3;

  @SuppressWarnings("InlineFormatString") // a document of forty lines
  private static final String MODEL =
      """
      {"class_name": "Sequential", "config": {"name": "s", "layers": [
       {"class_name": "Conv2D", "config": {"name": "conv", "trainable": true,
        "batch_input_shape": [null, %d, %d, %d], "dtype": "float32", "filters": 3,
        "kernel_size": [3, 3], "strides": [1, 1], "padding": "same",
        "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1,
        "activation": "relu", "use_bias": true,
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
        "kernel_constraint": null, "bias_constraint": null}},
       {"class_name": "BatchNormalization", "config": {"name": "bn", "trainable": true,
        "dtype": "float32", "axis": [3], "momentum": 0.5, "epsilon": 0.001, "center": true,
        "scale": true, "beta_initializer": {"class_name": "Zeros", "config": {}},
        "gamma_initializer": {"class_name": "Ones", "config": {}},
        "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
        "moving_variance_initializer": {"class_name": "Ones", "config": {}},
        "beta_regularizer": null, "gamma_regularizer": null, "beta_constraint": null,
        "gamma_constraint": null}},
       {"class_name": "MaxPooling2D", "config": {"name": "pool", "trainable": true,
        "dtype": "float32", "pool_size": [2, 2], "padding": "valid", "strides": [2, 2],
        "data_format": "channels_last"}},
       {"class_name": "Flatten", "config": {"name": "flat", "trainable": true,
        "dtype": "float32", "data_format": "channels_last"}},
       {"class_name": "Dense", "config": {"name": "out", "trainable": true, "dtype": "float32",
        "units": %d, "activation": "softmax", "use_bias": true,
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
        "kernel_constraint": null, "bias_constraint": null}}]}}""";

  private KerasImageFile() {}

  /** Writes a model for images of a height, width and number of channels. */
  @SuppressWarnings("unchecked") // an array of generic classes
  public static void write(Path path, int height, int width, int channels, int classes) {
    PointerScope handles = new PointerScope(IdComponent.class);
    try {
      writeAll(path, height, width, channels, classes);
    } finally {
      handles.close();
    }
  }

  private static void writeAll(Path path, int height, int width, int channels, int classes) {
    SplittableRandom random = new SplittableRandom(7);
    int flat = height / 2 * (width / 2) * FILTERS;
    try (H5File file = new H5File(path.toString(), H5F_ACC_TRUNC)) {
      KerasFile.attribute(
          file,
          "model_config",
          String.format(Locale.ROOT, MODEL, height, width, channels, classes));
      KerasFile.attribute(
          file, "training_config", KerasFile.training("\"categorical_crossentropy\""));
      try (Group weights = file.createGroup("model_weights")) {
        for (H5Object each : List.of(file, weights)) {
          KerasFile.attribute(each, "keras_version", KerasFile.VERSION);
          KerasFile.attribute(each, "backend", "tensorflow");
        }
        try (Group outer = weights.createGroup("conv");
            Group inner = outer.createGroup("conv")) {
          KerasFile.dataSet(
              inner,
              "kernel:0",
              KerasFile.values(random, 9 * channels * FILTERS, -0.5, 0.5),
              3,
              3,
              channels,
              FILTERS);
          KerasFile.dataSet(inner, "bias:0", KerasFile.values(random, FILTERS, -0.5, 0.5), FILTERS);
          KerasFile.names(outer, "conv", List.of("kernel:0", "bias:0"));
        }
        try (Group outer = weights.createGroup("bn");
            Group inner = outer.createGroup("bn")) {
          for (String each : KerasFile.STATISTICS) {
            KerasFile.dataSet(inner, each, KerasFile.values(random, FILTERS, 0.5, 1.5), FILTERS);
          }
          KerasFile.names(outer, "bn", KerasFile.STATISTICS);
        }
        for (String empty : List.of("pool", "flat")) {
          try (Group none = weights.createGroup(empty)) {
            KerasFile.attribute(none, "weight_names", " ");
          }
        }
        KerasFile.dense(
            weights,
            "out",
            flat,
            KerasFile.values(random, flat * classes, -0.5, 0.5),
            KerasFile.values(random, classes, -0.5, 0.5));
      }
    }
  }
}
