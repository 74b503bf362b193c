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
 * What a Keras model was compiled with, in the words that DL4J's importer knows: it reads the names
 * of losses and no loss objects, and optimizers with the fields of early Keras 2.
 *
 * @param json {@code training_config} for the importer
 * @param output what the loss itself applies to the outputs, where it takes logits
 */
record KerasTraining(String json, Optional<IActivation> output) {
  private static final Logger LOG = LoggerFactory.getLogger(KerasTraining.class);
  private static final String CLASS = "class_name";
  private static final String CONFIG = "config";
  private static final String LOSS = "loss";
  private static final String OPTIMIZER = "optimizer_config";
  private static final String RATE = "learning_rate";
  private static final String REMEDY = "; compile it without and save it again";

  /** Optimizers by Keras' name, and by the one that the importer looks for. */
  private static final Map<String, String> OPTIMIZERS =
      Map.of(
          "Adam", "Adam",
          "Adadelta", "Adadelta",
          "Adagrad", "Adgrad",
          "Adamax", "Adamax",
          "Nadam", "Nadam",
          "SGD", "SGD",
          "RMSprop", "RMSprop");

  /** Settings of optimizers that the importer would pass over in silence. */
  private static final List<String> UNREAD =
      List.of("amsgrad", "centered", "clipnorm", "clipvalue", "global_clipnorm", "weight_decay");

  /** Settings of optimizers that later files lack, and what they are then. */
  private static final Map<String, Double> DEFAULTS =
      Map.of("decay", 0.0, "schedule_decay", 0.0, "epsilon", 1e-7, "momentum", 0.0);

  /**
   * @throws IOException if something of it cannot be read; the message names it
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
          "its training_config has no loss that can be read: expected one name or object, found %s"
              .formatted(saved));
    }
    if (!object.containsKey(CLASS)) { // by the name of the output
      if (object.size() == 1) {
        return loss(object.values().iterator().next());
      }
      throw new IOException("it has several losses: found %s".formatted(object.keySet()));
    }
    String type = String.valueOf(object.get(CLASS));
    if (!(object.get(CONFIG) instanceof Map<?, ?> config)) { // a function, by its name
      return loss(object.get(CONFIG));
    }
    if (config.get("label_smoothing") instanceof Number smoothing && smoothing.doubleValue() != 0) {
      throw new IOException(
          "its loss %s has label_smoothing=%s, which DL4J has not%s"
              .formatted(type, smoothing, REMEDY));
    }
    boolean takesLogits = Boolean.TRUE.equals(config.get("from_logits"));
    if (takesLogits && !type.endsWith("Crossentropy")) {
      throw new IOException("its loss %s takes logits%s".formatted(type, REMEDY));
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
          "its optimizer is %s: expected one of %s"
              .formatted(type, OPTIMIZERS.keySet().stream().sorted().toList()));
    }
    Map<String, Object> config = new LinkedHashMap<>(map(saved.get(CONFIG)));
    Object rate = config.getOrDefault(RATE, config.get("lr"));
    if (rate instanceof Map<?, ?> schedule) {
      throw new IOException(
          "the learning rate of its optimizer %s follows the schedule %s: expected a number; compile it with one and save it again"
              .formatted(type, schedule.get(CLASS)));
    }
    for (String setting : UNREAD) {
      Object value = config.get(setting);
      boolean isSet = value instanceof Number number && number.doubleValue() != 0;
      if (Boolean.TRUE.equals(value) || isSet) {
        throw new IOException(
            "its optimizer %s has %s=%s, which is not read%s"
                .formatted(type, setting, value, REMEDY));
      }
    }
    requireMomentumThatIsRead(type, config);
    config.remove("lr");
    config.put(RATE, rate);
    DEFAULTS.forEach((setting, value) -> config.merge(setting, value, (own, any) -> own));
    if (type.equals("SGD")) { // of which the importer would take epsilon for the momentum
      config.remove("epsilon");
    }
    config.replaceAll(
        (setting, value) -> value instanceof Number number ? number.doubleValue() : value);
    return Map.of(CLASS, OPTIMIZERS.get(type), CONFIG, config);
  }

  private static void requireMomentumThatIsRead(String type, Map<String, Object> config)
      throws IOException {
    if (!(config.get("momentum") instanceof Number momentum) || momentum.doubleValue() == 0) {
      return;
    }
    if (type.equals("RMSprop")) {
      throw new IOException(
          "its optimizer %s has momentum=%s, which is not read%s"
              .formatted(type, momentum, REMEDY));
    }
    if (!Boolean.TRUE.equals(config.get("nesterov"))) {
      LOG.warn("DL4J has Nesterov's momentum only: its optimizer {} trains with that", type);
    }
  }

  @SuppressWarnings("unchecked") // JSON has no other keys
  private static Map<String, Object> map(Object value) throws IOException {
    if (!(value instanceof Map<?, ?>)) {
      throw new IOException("its training_config cannot be read: found %s".formatted(value));
    }
    return (Map<String, Object>) value;
  }

  /** {@code SparseCategoricalCrossentropy} as the function's name. */
  private static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
