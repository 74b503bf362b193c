package io.syncnorm.ml;

import static org.apache.spark.sql.functions.lit;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a stored model that describe its network. A perceptron is described by widths,
 * activation and normalization, as since the first version; other networks by {@code layers}, a
 * text, and {@code imageShape}, which are null for perceptrons.
 */
final class NetworkColumns {
  /** Version of the data of perceptrons. */
  static final int PERCEPTRON = 2;

  /** Version of the data with layers. */
  static final int LAYERS = 3;

  /** Placeholder in the columns of batch normalization for models without it; never read. */
  private static final Layer.BatchNormalization NOT_NORMALIZED = new Layer.BatchNormalization(0, 1);

  private static final DataType INTEGERS = DataTypes.createArrayType(DataTypes.IntegerType, false);

  private NetworkColumns() {}

  /** Appends the columns to a schema. */
  static StructType addTo(StructType schema) {
    return schema
        .add("numFeatures", DataTypes.IntegerType, false)
        .add("numClasses", DataTypes.IntegerType, false)
        .add("hiddenLayers", INTEGERS, false)
        .add("activation", DataTypes.StringType, false)
        .add("batchNorm", DataTypes.BooleanType, false)
        .add("momentum", DataTypes.DoubleType, false)
        .add("epsilon", DataTypes.DoubleType, false)
        .add("layers", DataTypes.StringType, true) // until version 2 there are no such columns
        .add("imageShape", INTEGERS, true);
  }

  /** The version of the data of a network: the earliest that describes it. */
  static int version(Architecture architecture) {
    return isPerceptron(architecture) ? PERCEPTRON : LAYERS;
  }

  /** The columns of a model, in the order of the schema. */
  static Stream<Column> of(SyncBatchNormClassificationModel model) {
    Architecture architecture = model.architecture();
    Architecture network = architecture.layers().isEmpty() ? fromParams(model) : architecture;
    Optional<Layer.BatchNormalization> normalization = normalization(network);
    Layer.BatchNormalization settings = normalization.orElse(NOT_NORMALIZED);
    Dimensions input = architecture.input();
    boolean isPerceptron = isPerceptron(architecture);
    return Stream.of(
        lit(architecture.inputs()).as("numFeatures"),
        lit(architecture.classes()).as("numClasses"),
        lit(architecture.widths().stream().mapToInt(Integer::intValue).toArray())
            .as("hiddenLayers"),
        lit(activation(network).name().toLowerCase(Locale.ROOT)).as("activation"),
        lit(normalization.isPresent()).as("batchNorm"),
        lit(settings.momentum()).as("momentum"),
        lit(settings.epsilon()).as("epsilon"),
        (isPerceptron ? lit(null) : lit(ArchitectureText.of(architecture)))
            .cast(DataTypes.StringType)
            .as("layers"),
        (isPerceptron
                ? lit(null).cast(INTEGERS)
                : lit(new int[] {input.height(), input.width(), input.channels()}))
            .as("imageShape"));
  }

  /** The network that a row describes. */
  static Architecture read(Row row) {
    int inputs = row.getInt(row.fieldIndex("numFeatures"));
    int classes = row.getInt(row.fieldIndex("numClasses"));
    String layers = row.getAs("layers");
    if (layers != null) {
      List<Integer> image = row.getList(row.fieldIndex("imageShape"));
      return ArchitectureText.read(
          layers, new Dimensions(image.get(0), image.get(1), image.get(2)), classes);
    }
    return Architecture.perceptron(
        inputs,
        row.getList(row.fieldIndex("hiddenLayers")),
        classes,
        activation(row.getString(row.fieldIndex("activation"))),
        row.getBoolean(row.fieldIndex("batchNorm"))
            ? Optional.of(
                new Layer.BatchNormalization(
                    row.getDouble(row.fieldIndex("momentum")),
                    row.getDouble(row.fieldIndex("epsilon"))))
            : Optional.empty());
  }

  private static boolean isPerceptron(Architecture architecture) {
    return architecture.layers().isEmpty()
        || architecture.equals(
            Architecture.perceptron(
                architecture.inputs(),
                architecture.widths(),
                architecture.classes(),
                activation(architecture),
                normalization(architecture)));
  }

  /** Placeholder in the columns of hidden layers for models without them; never read. */
  private static Architecture fromParams(SyncBatchNormClassificationModel model) {
    Optional<Layer.BatchNormalization> normalization =
        model.getBatchNorm()
            ? Optional.of(new Layer.BatchNormalization(model.getMomentum(), model.getEpsilon()))
            : Optional.empty();
    return Architecture.perceptron(
        1, List.of(1), 2, activation(model.getActivation()), normalization);
  }

  private static Activation activation(String word) {
    return Activation.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The first activation. */
  private static Activation activation(Architecture network) {
    return network.layers().stream()
        .filter(Layer.Activated.class::isInstance)
        .map(layer -> ((Layer.Activated) layer).activation())
        .findFirst()
        .orElse(Activation.IDENTITY);
  }

  /** The first normalization. */
  private static Optional<Layer.BatchNormalization> normalization(Architecture network) {
    return network.normalizations().stream().findFirst();
  }
}
