package io.syncnorm.config.layer;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.syncnorm.config.layer.ConfiguredLayer.Activated;
import io.syncnorm.config.layer.ConfiguredLayer.BatchNorm;
import io.syncnorm.config.layer.ConfiguredLayer.Convolution;
import io.syncnorm.config.layer.ConfiguredLayer.Dense;
import io.syncnorm.config.layer.ConfiguredLayer.Dropout;
import io.syncnorm.config.layer.ConfiguredLayer.Plain;
import io.syncnorm.config.layer.ConfiguredLayer.Pooling;
import io.syncnorm.config.layer.InvalidLayersException.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a {@link LayerList} from HOCON. */
public final class LayerReader {
  /** What is expected, in words that follow "expected". */
  public static final String EXPECTED =
      "a list of layers in brackets, such as [{conv = 8, kernel = 5}, batch-norm, relu, {max-pool ="
          + " 2}]";

  /** Layers without settings, by their word. */
  private static final Map<String, ConfiguredLayer> WORDS = words();

  /** How layers with settings are read, by the setting that has their name. */
  private static final Map<String, Function<LayerSettings, ConfiguredLayer>> SETTINGS = settings();

  private static final List<String> NAMES =
      Stream.concat(SETTINGS.keySet().stream(), WORDS.keySet().stream()).distinct().toList();

  private LayerReader() {}

  /**
   * Reads a list, or a text that contains one.
   *
   * @throws InvalidLayersException with everything that is wrong
   * @throws ConfigException.NotResolved if the value has a substitution that is not resolved
   */
  public static LayerList read(ConfigValue value) {
    ConfigValue written =
        value.valueType() == ConfigValueType.STRING
            ? parsed((String) value.unwrapped(), value.origin())
            : value;
    if (!(written instanceof ConfigList list)) {
      throw invalid(value, EXPECTED);
    }
    if (list.isEmpty()) {
      throw invalid(
          value, "at least one layer; without any, model.hidden = [] is softmax regression");
    }
    List<ConfiguredLayer> layers = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      try {
        layers.add(layer(i + 1, list.get(i)));
      } catch (InvalidLayersException e) {
        parts.addAll(e.parts());
      }
    }
    if (!parts.isEmpty()) {
      throw new InvalidLayersException(
          list == value ? parts : parts.stream().map(part -> at(value.origin(), part)).toList());
    }
    return new LayerList(layers);
  }

  /** Values of a parsed text have its origin, which says where it was written. */
  private static Part at(ConfigOrigin origin, Part part) {
    return new Part(part.value().withOrigin(origin), part.expected(), part.unknown(), part.words());
  }

  private static ConfigValue parsed(String text, ConfigOrigin origin) {
    try {
      return ConfigFactory.parseString("layers = " + text).getValue("layers").withOrigin(origin);
    } catch (ConfigException e) {
      return com.typesafe.config.ConfigValueFactory.fromAnyRef(text).withOrigin(origin);
    }
  }

  private static ConfiguredLayer layer(int place, ConfigValue value) {
    if (value instanceof ConfigObject object) {
      return layer(place, object);
    }
    String word =
        value.valueType() == ConfigValueType.STRING ? ((String) value.unwrapped()).strip() : "";
    if (WORDS.containsKey(word)) {
      return WORDS.get(word);
    }
    if (word.equals("softmax")) {
      throw invalid(value, "as layer %d none with softmax: the output layer is implied", place);
    }
    if (SETTINGS.containsKey(word)) {
      throw invalid(value, "as layer %d a number with %s: {%s = ...}", place, word, word);
    }
    throw unknown(value, "as layer %d one of %s", place, word, NAMES);
  }

  private static ConfiguredLayer layer(int place, ConfigObject object) {
    List<String> names = NAMES.stream().filter(object::containsKey).toList();
    if (names.size() == 1 && SETTINGS.containsKey(names.get(0))) {
      return SETTINGS.get(names.get(0)).apply(new LayerSettings(place, names.get(0), object));
    }
    if (names.size() == 1) {
      throw invalid(object, "as layer %d the word %s, which has no settings", place, names.get(0));
    }
    if (names.size() > 1) {
      throw invalid(object, "as layer %d one layer, found %s", place, String.join(" and ", names));
    }
    String first = object.keySet().stream().sorted().findFirst().orElse("");
    List<String> known = List.copyOf(SETTINGS.keySet());
    throw unknown(object, "as layer %d an object with one of %s", place, first, known);
  }

  private static InvalidLayersException unknown(
      ConfigValue value, String expected, int place, String word, List<String> words) {
    String text = String.format(Locale.ROOT, expected, place, String.join(", ", words));
    return new InvalidLayersException(List.of(new Part(value, text, word, words)));
  }

  private static InvalidLayersException invalid(
      ConfigValue value, String expected, Object... arguments) {
    String text = String.format(Locale.ROOT, expected, arguments);
    return new InvalidLayersException(List.of(new Part(value, text, "", List.of())));
  }

  private static Map<String, ConfiguredLayer> words() {
    Stream<ConfiguredLayer> activations =
        Arrays.stream(Activated.Curve.values()).map(Activated::new);
    Stream<ConfiguredLayer> normalization =
        Stream.of(new BatchNorm(BatchNorm.SHARED, BatchNorm.SHARED));
    return Stream.of(normalization, activations, Arrays.stream(Plain.values()))
        .flatMap(layers -> layers)
        .collect(
            Collectors.toMap(
                ConfiguredLayer::text, layer -> layer, (one, other) -> one, LinkedHashMap::new));
  }

  private static Map<String, Function<LayerSettings, ConfiguredLayer>> settings() {
    Map<String, Function<LayerSettings, ConfiguredLayer>> settings = new LinkedHashMap<>();
    settings.put("conv", LayerReader::convolution);
    settings.put("dense", LayerReader::dense);
    settings.put("max-pool", layer -> pooling(Pooling.Statistic.MAX, layer));
    settings.put("average-pool", layer -> pooling(Pooling.Statistic.AVERAGE, layer));
    settings.put("dropout", LayerReader::dropout);
    settings.put("batch-norm", LayerReader::batchNorm);
    settings.put("leaky-relu", layer -> activated(Activated.Curve.LEAKY_RELU, layer));
    settings.put("elu", layer -> activated(Activated.Curve.ELU, layer));
    return settings;
  }

  private static ConfiguredLayer convolution(LayerSettings layer) {
    layer.requireOnly("kernel", "stride", "padding", "bias");
    int filters = layer.units();
    Extent window = layer.required("kernel", layer::extent);
    return new Convolution(
        filters,
        window,
        layer.optional("stride", layer::extent, Extent.square(1)),
        layer.padding(window),
        layer.bias());
  }

  private static ConfiguredLayer dense(LayerSettings layer) {
    layer.requireOnly("bias");
    return new Dense(layer.units(), layer.bias());
  }

  private static ConfiguredLayer pooling(Pooling.Statistic function, LayerSettings layer) {
    layer.requireOnly("stride", "padding");
    Extent window = layer.required(layer.name(), layer::extent);
    return new Pooling(
        function, window, layer.optional("stride", layer::extent, window), layer.padding(window));
  }

  private static ConfiguredLayer dropout(LayerSettings layer) {
    layer.requireOnly();
    return new Dropout(layer.required(layer.name(), layer::share));
  }

  private static ConfiguredLayer batchNorm(LayerSettings layer) {
    layer.requireOnly("momentum", "epsilon");
    layer.requireOn();
    return new BatchNorm(
        layer.optional("momentum", layer::share, BatchNorm.SHARED),
        layer.optional("epsilon", layer::positive, BatchNorm.SHARED));
  }

  private static ConfiguredLayer activated(Activated.Curve function, LayerSettings layer) {
    layer.requireOnly();
    return new Activated(function, layer.required(layer.name(), layer::positive));
  }
}
