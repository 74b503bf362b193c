package io.syncnorm.dl4j;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;
import static org.bytedeco.hdf5.global.hdf5.H5S_SCALAR;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.DataType;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.H5Object;
import org.bytedeco.hdf5.IdComponent;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A compiled Sequential model in the format of Keras 2: dense, batch normalization, ReLU, dense
 * with softmax. Random weights and running statistics.
 *
 * @param kernel {@code [in, width]}, row-major
 * @param bias {@code [width]}
 * @param batchNorm gamma, beta, moving mean and moving variance, each {@code [width]}
 * @param outKernel {@code [width, classes]}, row-major
 * @param outBias {@code [classes]}
 */
public record KerasFile(
    float[] kernel, float[] bias, List<float[]> batchNorm, float[] outKernel, float[] outBias) {
  /** Keras' default. */
  private static final double EPSILON = 1e-3;

  static final String VERSION = "2.4.0";
  static final List<String> STATISTICS =
      List.of("gamma:0", "beta:0", "moving_mean:0", "moving_variance:0");
  private static final String DENSE =
      """
      {"class_name": "Dense", "config": {"name": "%s", "trainable": true, %s"dtype": "float32",
       "units": %d, "activation": "%s", "use_bias": true,
       "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
       "bias_initializer": {"class_name": "Zeros", "config": {}},
       "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
       "kernel_constraint": null, "bias_constraint": null}}""";
  private static final String BATCH_NORM =
      """
      {"class_name": "BatchNormalization", "config": {"name": "bn", "trainable": true,
       "dtype": "float32", "axis": [1], "momentum": 0.99, "epsilon": 0.001, "center": true,
       "scale": true, "beta_initializer": {"class_name": "Zeros", "config": {}},
       "gamma_initializer": {"class_name": "Ones", "config": {}},
       "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
       "moving_variance_initializer": {"class_name": "Ones", "config": {}},
       "beta_regularizer": null, "gamma_regularizer": null, "beta_constraint": null,
       "gamma_constraint": null}}""";
  private static final String RELU =
      """
      {"class_name": "Activation", "config": {"name": "relu", "trainable": true,
       "dtype": "float32", "activation": "relu"}}""";

  /** Draws random values, with positive variances. */
  public static KerasFile random(int in, int width, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new KerasFile(
        values(random, in * width, -0.5, 0.5),
        values(random, width, -0.5, 0.5),
        List.of(
            values(random, width, 0.5, 1.5),
            values(random, width, -0.5, 0.5),
            values(random, width, -0.5, 0.5),
            values(random, width, 0.5, 1.5)),
        values(random, width * classes, -0.5, 0.5),
        values(random, classes, -0.5, 0.5));
  }

  /** Writes the file. */
  public void write(Path path) {
    write(path, training("\"categorical_crossentropy\""), "softmax");
  }

  /** Returns a {@code training_config} with a loss in JSON, and Adam. */
  public static String training(String loss) {
    return training(loss, "Adam", "0.05");
  }

  public static String training(String loss, String optimizer, String rate) {
    return """
        {"loss": %s, "metrics": ["accuracy"],
         "optimizer_config": {"class_name": "%s", "config": {"name": "Adam",
         "learning_rate": %s, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.999,
         "epsilon": 1e-07, "amsgrad": false}}}"""
        .formatted(loss, optimizer, rate);
  }

  /**
   * Writes a file with another training configuration.
   *
   * @param activation activation of the last layer
   */
  public void write(Path path, String training, String activation) {
    write(path, training, activation, "Sequential", VERSION);
  }

  /**
   * Writes a file of another kind.
   *
   * @param training empty for a model that was not compiled
   * @param type class name of the model; empty for a file of weights only
   */
  @SuppressWarnings("unchecked") // an array of generic classes
  public void write(Path path, String training, String activation, String type, String version) {
    // Otherwise the garbage collector would close the handles on another thread.
    PointerScope handles = new PointerScope(IdComponent.class);
    try {
      writeAll(path, training, activation, type, version);
    } finally {
      handles.close();
    }
  }

  private void writeAll(
      Path path, String training, String activation, String type, String version) {
    int width = bias.length;
    int in = kernel.length / width;
    int classes = outBias.length;
    String input = String.format(Locale.ROOT, "\"batch_input_shape\": [null, %d], ", in);
    String layers =
        List.of(
                String.format(Locale.ROOT, DENSE, "hidden", input, width, "linear"),
                BATCH_NORM,
                RELU,
                String.format(Locale.ROOT, DENSE, "out", "", classes, activation))
            .stream()
            .collect(Collectors.joining(","));
    try (H5File file = new H5File(path.toString(), H5F_ACC_TRUNC)) {
      if (!type.isEmpty()) {
        attribute(
            file,
            "model_config",
            "{\"class_name\": \"%s\", \"config\": {\"name\": \"s\", \"layers\": [%s]}}"
                .formatted(type, layers));
      }
      if (!training.isEmpty()) {
        attribute(file, "training_config", training);
      }
      try (Group weights = file.createGroup("model_weights")) {
        for (H5Object each : List.of(file, weights)) {
          attribute(each, "keras_version", version);
          attribute(each, "backend", "tensorflow");
        }
        dense(weights, "hidden", in, kernel, bias);
        try (Group outer = weights.createGroup("bn");
            Group inner = outer.createGroup("bn")) {
          for (int i = 0; i < STATISTICS.size(); i++) {
            dataSet(inner, STATISTICS.get(i), batchNorm.get(i), width);
          }
          names(outer, "bn", STATISTICS);
        }
        try (Group none = weights.createGroup("relu")) {
          attribute(none, "weight_names", " ");
        }
        dense(weights, "out", width, outKernel, outBias);
      }
    }
  }

  /** Returns the class probabilities that the Keras model predicts for a row. */
  public double[] predict(float[] x) {
    double[] hidden = product(x.length, i -> x[i], kernel, bias);
    for (int j = 0; j < hidden.length; j++) {
      double xhat = (hidden[j] - batchNorm.get(2)[j]) / Math.sqrt(batchNorm.get(3)[j] + EPSILON);
      hidden[j] = Math.max(0, batchNorm.get(0)[j] * xhat + batchNorm.get(1)[j]);
    }
    double[] z = product(hidden.length, i -> hidden[i], outKernel, outBias);
    double sum = Arrays.stream(z).map(Math::exp).sum();
    return Arrays.stream(z).map(value -> Math.exp(value) / sum).toArray();
  }

  private static double[] product(
      int length, java.util.function.IntToDoubleFunction x, float[] kernel, float[] bias) {
    double[] y = new double[bias.length];
    for (int j = 0; j < y.length; j++) {
      y[j] = bias[j];
      for (int i = 0; i < length; i++) {
        y[j] += x.applyAsDouble(i) * kernel[i * bias.length + j];
      }
    }
    return y;
  }

  static float[] values(SplittableRandom random, int count, double from, double to) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }

  static void dense(Group weights, String name, int in, float[] kernel, float[] bias) {
    try (Group outer = weights.createGroup(name);
        Group inner = outer.createGroup(name)) {
      dataSet(inner, "kernel:0", kernel, in, bias.length);
      dataSet(inner, "bias:0", bias, bias.length);
      names(outer, name, List.of("kernel:0", "bias:0"));
    }
  }

  /** Writes the paths of a layer's variables as Keras does: in an array, filled up with zeros. */
  static void names(Group group, String layer, List<String> variables) {
    List<String> paths = variables.stream().map(each -> layer + "/" + each).toList();
    int length = paths.stream().mapToInt(String::length).max().orElseThrow();
    byte[] bytes = new byte[paths.size() * length];
    for (int i = 0; i < paths.size(); i++) {
      byte[] path = paths.get(i).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(path, 0, bytes, i * length, path.length);
    }
    try (StrType type = new StrType(PredType.C_S1(), length);
        DataSpace space = new DataSpace(1, new long[] {paths.size()});
        Attribute attribute = group.createAttribute("weight_names", type, space)) {
      attribute.write(type, new BytePointer(bytes));
    }
  }

  static void dataSet(Group group, String name, float[] values, long... shape) {
    try (DataSpace space = new DataSpace(shape.length, shape);
        DataSet data = group.createDataSet(name, new DataType(PredType.NATIVE_FLOAT()), space)) {
      data.write(new FloatPointer(values), new DataType(PredType.NATIVE_FLOAT()));
    }
  }

  static void attribute(H5Object object, String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    try (StrType type = new StrType(PredType.C_S1(), bytes.length);
        DataSpace space = new DataSpace(H5S_SCALAR);
        Attribute attribute = object.createAttribute(name, type, space)) {
      attribute.write(type, new BytePointer(bytes));
    }
  }
}
