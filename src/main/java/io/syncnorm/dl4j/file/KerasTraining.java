package io.syncnorm.dl4j.file;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loss and optimizer that a Keras model was compiled with, rewritten for DL4J's importer. The
 * importer reads losses by name but not as objects, and optimizers with the fields of early Keras
 * 2.
 *
 * @param json {@code training_config} for the importer
 * @param output activation that the loss applies itself, if it takes logits
 */
record KerasTraining(String json, Optional<IActivation> output) {
  private static final Logger LOG = LoggerFactory.getLogger(KerasTraining.class);
  private static final String CLASS = "class_name";
  private static final String CONFIG = "config";
  private static final String LOSS = "loss";
  private static final String OPTIMIZER = "optimizer_config";
  private static final String RATE = "learning_rate";
  private static final String REMEDY = "; compile it without this setting and save it again";

  /** Names of optimizers in Keras, and in the importer. */
  private static final Map<String, String> OPTIMIZERS =
      Map.of(
          "Adam", "Adam",
          "Adadelta", "Adadelta",
          "Adagrad", "Adgrad",
          "Adamax", "Adamax",
          "Nadam", "Nadam",
          "SGD", "SGD",
          "RMSprop", "RMSprop");

  /** Optimizer settings that the importer would silently ignore. */
  private static final List<String> UNREAD =
      List.of("amsgrad", "centered", "clipnorm", "clipvalue", "global_clipnorm", "weight_decay");

  /** Optimizer settings that later files omit, with their defaults. */
  private static final Map<String, Double> DEFAULTS =
      Map.of("decay", 0.0, "schedule_decay", 0.0, "epsilon", 1e-7, "momentum", 0.0);

  /**
   * Rewrites a {@code training_config}.
   *
   * @throws IOException if a part of it is not supported; the message names it
   */
  static KerasTraining of(String trainingConfig) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Object> all = map(mapper.readValue(trainingConfig, Map.class));
    Loss loss = loss(all.get(LOSS));
    Map<String, Object> read = new LinkedHashMap<>();
    read.put(LOSS, loss.name());
    read.put(OPTIMIZER, optimizer(map(all.get(OPTIMIZER))));
    return new KerasTraining(mapper.writeValueAsString(read), loss.output());
  }

  private record Loss(String name, Optional<IActivation> output) {}

  private static Loss loss(Object saved) throws IOException {
    if (saved instanceof String name) {
      return new Loss(snakeCase(name), Optional.empty());
    }
    if (saved instanceof List<?> list && list.size() == 1) {
      return loss(list.get(0));
    }
    if (!(saved instanceof Map<?, ?> object)) {
      throw new IOException(
          "the loss in its training_config cannot be read: expected one name or object, found %s"
              .formatted(saved));
    }
    if (!object.containsKey(CLASS)) { // losses by output name
      if (object.size() == 1) {
        return loss(object.values().iterator().next());
      }
      throw new IOException(
          "it has several losses: expected one, found %s".formatted(object.keySet()));
    }
    String type = String.valueOf(object.get(CLASS));
    if (!(object.get(CONFIG) instanceof Map<?, ?> config)) { // a function's name
      return loss(object.get(CONFIG));
    }
    if (config.get("label_smoothing") instanceof Number smoothing && smoothing.doubleValue() != 0) {
      throw new IOException(
          "its loss %s has label_smoothing=%s, which DL4J does not support%s"
              .formatted(type, smoothing, REMEDY));
    }
    boolean takesLogits = Boolean.TRUE.equals(config.get("from_logits"));
    if (takesLogits && !type.endsWith("Crossentropy")) {
      throw new IOException(
          "its loss %s has from_logits=True, which is supported for cross-entropy only%s"
              .formatted(type, REMEDY));
    }
    return new Loss(
        snakeCase(type),
        takesLogits
            ? Optional.of(
                type.startsWith("Binary") ? new ActivationSigmoid() : new ActivationSoftmax())
            : Optional.empty());
  }

  private static Map<String, Object> optimizer(Map<String, Object> saved) throws IOException {
    String type = String.valueOf(saved.get(CLASS)).replaceFirst(".*>", "");
    if (!OPTIMIZERS.containsKey(type)) {
      throw new IOException(
          "its optimizer %s is not supported: expected one of %s"
              .formatted(type, OPTIMIZERS.keySet().stream().sorted().toList()));
    }
    Map<String, Object> config = new LinkedHashMap<>(map(saved.get(CONFIG)));
    Object rate = config.getOrDefault(RATE, config.get("lr"));
    if (rate instanceof Map<?, ?> schedule) {
      throw new IOException(
          "the learning rate of its optimizer %s follows the schedule %s: expected a number; compile it with a number and save it again"
              .formatted(type, schedule.get(CLASS)));
    }
    for (String setting : UNREAD) {
      Object value = config.get(setting);
      boolean isSet = value instanceof Number number && number.doubleValue() != 0;
      if (Boolean.TRUE.equals(value) || isSet) {
        throw new IOException(
            "its optimizer %s has %s=%s, which DL4J's importer does not read%s"
                .formatted(type, setting, value, REMEDY));
      }
    }
    requireReadableMomentum(type, config);
    config.remove("lr");
    config.put(RATE, rate);
    DEFAULTS.forEach((setting, value) -> config.merge(setting, value, (own, any) -> own));
    if (type.equals("SGD")) { // the importer would read its epsilon as the momentum
      config.remove("epsilon");
    }
    config.replaceAll(
        (setting, value) -> value instanceof Number number ? number.doubleValue() : value);
    return Map.of(CLASS, OPTIMIZERS.get(type), CONFIG, config);
  }

  private static void requireReadableMomentum(String type, Map<String, Object> config)
      throws IOException {
    if (!(config.get("momentum") instanceof Number momentum) || momentum.doubleValue() == 0) {
      return;
    }
    if (type.equals("RMSprop")) {
      throw new IOException(
          "its optimizer %s has momentum=%s, which DL4J's importer does not read%s"
              .formatted(type, momentum, REMEDY));
    }
    if (!Boolean.TRUE.equals(config.get("nesterov"))) {
      LOG.warn("the optimizer {} trains with Nesterov momentum, the only kind that DL4J has", type);
    }
  }

  @SuppressWarnings("unchecked") // keys of JSON objects are strings
  private static Map<String, Object> map(Object value) throws IOException {
    if (!(value instanceof Map<?, ?>)) {
      throw new IOException("its training_config cannot be read: found %s".formatted(value));
    }
    return (Map<String, Object>) value;
  }

  /** Converts a class name such as {@code SparseCategoricalCrossentropy} to the function's name. */
  private static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
