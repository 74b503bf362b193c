package io.syncnorm.config;

import static com.typesafe.config.ConfigUtil.quoteString;
import static java.util.stream.Collectors.joining;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the training or test rows come from, as configured in {@code data.train} or {@code
 * data.test}.
 *
 * @param format {@link #IDX}, whose files have keys of their own, or a name for {@code
 *     spark.read.format}
 * @param paths files, folders and globs; empty for idx and for sources without files
 * @param options for {@code spark.read.options}
 * @param label name of the column with the classes
 * @param weight name of the column with the weights, or {@link #UNWEIGHTED}
 */
public record DataSource(
    String format,
    List<String> paths,
    Map<String, String> options,
    String label,
    FeatureColumns features,
    String weight)
    implements Serializable {

  /** The format that is read from {@code data.train-images} and its like. */
  public static final String IDX = "idx";

  /** No column of weights: every row has weight 1; written {@code none}. */
  public static final String UNWEIGHTED = "";

  private static final Set<String> OF_FILES =
      Set.of("parquet", "orc", "csv", "libsvm", "image", "json", "text", "avro", "binaryfile");

  static final Kind<String> FORMAT =
      Kind.text(
          "idx, parquet, orc, csv, libsvm, image, or another name for spark.read.format",
          Pattern.compile("[\\w.$-]+"));
  static final Kind<List<String>> PATHS =
      Kind.listOrOne(Kind.text("a path", Pattern.compile("(?s).*\\S.*")), 0);
  static final Kind<Map<String, String>> OPTIONS =
      new Kind<>(
          "a section { name = text, ... }",
          DataSource::options,
          texts -> texts.keySet().stream().noneMatch(String::isBlank),
          DataSource::write);
  static final Kind<String> COLUMN =
      Kind.text("the name of a column", Pattern.compile("(?s).*\\S.*"));
  static final Kind<String> WEIGHT = COLUMN.or("none", UNWEIGHTED);

  /** A list whose patterns lack quotes is not HOCON and arrives as text: it is no name. */
  static final Kind<FeatureColumns> FEATURES =
      Kind.listOrOne(
              Kind.text(
                  "the name of a column, or a pattern with * in quotes",
                  Pattern.compile("(?s)(?!\\s*[\\[{]).*\\S.*")),
              1)
          .<FeatureColumns>as(
              FeatureColumns.Chosen::new, chosen -> ((FeatureColumns.Chosen) chosen).columns())
          .or("auto", new FeatureColumns.Auto());

  /** Which columns are a row's features. */
  public sealed interface FeatureColumns extends Serializable {
    /**
     * The only column of vectors or arrays, otherwise all numeric columns except label and weight;
     * written {@code auto}.
     */
    record Auto() implements FeatureColumns {}

    /**
     * These columns, in this order.
     *
     * @param columns names and patterns; not empty
     */
    record Chosen(List<String> columns) implements FeatureColumns {
      public Chosen {
        columns = List.copyOf(columns);
      }

      /** Whether an element is a pattern, in which {@code *} stands for any characters. */
      public static boolean isPattern(String element) {
        return element.contains("*");
      }

      /** Compiles a pattern; it matches an entire column name. */
      public static Pattern compile(String pattern) {
        return Pattern.compile(
            Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(joining(".*")),
            Pattern.DOTALL);
      }
    }
  }

  /** The keys of one part. */
  private record Section(
      Key<String> format,
      Key<List<String>> path,
      Key<Map<String, String>> options,
      Key<String> label,
      Key<FeatureColumns> features,
      Key<String> weight) {

    DataSource in(Configuration configuration) {
      return new DataSource(
          configuration.get(format),
          configuration.get(path),
          configuration.get(options),
          configuration.get(label),
          configuration.get(features),
          configuration.get(weight));
    }
  }

  public DataSource {
    paths = List.copyOf(paths);
    options = Map.copyOf(options);
  }

  /** The source of the training rows. */
  public static DataSource training(Configuration configuration) {
    return ofTraining().in(configuration);
  }

  /**
   * The source of the test rows. If its format is that of the training rows, its options are added
   * to theirs.
   */
  public static DataSource test(Configuration configuration) {
    DataSource training = training(configuration);
    DataSource test = ofTest().in(configuration);
    if (!test.format.equalsIgnoreCase(training.format)) {
      return test;
    }
    Map<String, String> options = new HashMap<>(training.options);
    options.putAll(test.options);
    return new DataSource(test.format, test.paths, options, test.label, test.features, test.weight);
  }

  /** Whether the rows come from the files of {@code data.train-images} and its like. */
  public boolean isIdx() {
    return isIdx(format);
  }

  /** The column with the weights; empty if every row has weight 1. */
  public Optional<String> weightColumn() {
    return weight.equals(UNWEIGHTED) ? Optional.empty() : Optional.of(weight);
  }

  // Methods, not constants: Keys uses the kinds above while it is initialized.

  private static Section ofTraining() {
    return new Section(
        Keys.TRAIN_FORMAT,
        Keys.TRAIN_PATH,
        Keys.TRAIN_OPTIONS,
        Keys.TRAIN_LABEL,
        Keys.TRAIN_FEATURES,
        Keys.TRAIN_WEIGHT);
  }

  private static Section ofTest() {
    return new Section(
        Keys.TEST_FORMAT,
        Keys.TEST_PATH,
        Keys.TEST_OPTIONS,
        Keys.TEST_LABEL,
        Keys.TEST_FEATURES,
        Keys.TEST_WEIGHT);
  }

  /** Whether a format is read from the keys for IDX files; the case of letters is ignored. */
  static boolean isIdx(String format) {
    return format.equalsIgnoreCase(IDX);
  }

  /**
   * Finds formats and paths that do not fit together.
   *
   * @param tree complete and resolved
   * @param values of the keys without faults in the tree
   */
  static List<Fault> faults(Config tree, Map<Key<?>, Object> values) {
    List<Fault> faults = new ArrayList<>();
    for (Section section : List.of(ofTraining(), ofTest())) {
      if (values.keySet().containsAll(List.of(section.format, section.path, section.options))) {
        fault(section, tree, values).ifPresent(faults::add);
      }
    }
    return faults;
  }

  private static Optional<Fault> fault(Section section, Config tree, Map<Key<?>, Object> values) {
    String format = (String) values.get(section.format);
    boolean hasPath = !((List<?>) values.get(section.path)).isEmpty();
    if (isIdx(format)) {
      String part = section.path.path().replace(".path", "");
      return hasPath
          ? Optional.of(
              Fault.at(
                  tree.getValue(section.path.path()),
                  section.path.path(),
                  "no path with " + section.format + " = idx",
                  "set %s, such as parquet or csv; paths of IDX files belong to %s-images and %s-labels"
                      .formatted(section.format, part, part)))
          : Optional.empty();
    }
    boolean needsPath =
        OF_FILES.contains(format.toLowerCase(Locale.ROOT))
            || Stream.of(Keys.TRAIN_OPTIONS, section.options)
                .map(values::get)
                .allMatch(Map.of()::equals);
    return hasPath || !needsPath
        ? Optional.empty()
        : Optional.of(
            Fault.at(
                    tree.getValue(section.path.path()),
                    section.path.path(),
                    "at least one path with " + section.format + " = " + format,
                    "add " + section.path + " = \"...\"")
                .movedTo(Fault.at(tree.getValue(section.format.path()), "", "", "")));
  }

  /**
   * Names may have dots: sections inside are read as parts of the names. A name whose value is null
   * is left out, as HOCON means it.
   */
  private static Map<String, String> options(ConfigValue value) {
    Map<String, String> texts = new HashMap<>();
    addTexts("", value, texts);
    return Map.copyOf(texts);
  }

  private static void addTexts(String prefix, ConfigValue value, Map<String, String> texts) {
    if (!(value instanceof ConfigObject section)) {
      throw new IllegalArgumentException("not a section");
    }
    section.forEach(
        (name, child) -> {
          String path = prefix + name;
          if (child instanceof ConfigObject) {
            addTexts(path + ".", child, texts);
          } else if (child.valueType() != ConfigValueType.NULL
              && texts.put(path, Kind.text(child)) != null) {
            throw new IllegalArgumentException("written twice, with and without quotes");
          }
        });
  }

  private static String write(Map<String, String> texts) {
    return new TreeMap<>(texts)
        .entrySet().stream()
            .map(text -> quoteString(text.getKey()) + " = " + quoteString(text.getValue()))
            .collect(joining(", ", "{", "}"));
  }
}
