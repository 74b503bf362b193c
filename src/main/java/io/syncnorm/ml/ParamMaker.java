package io.syncnorm.ml;

import io.syncnorm.config.ConfigException;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.config.layer.LayerList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Makes the params of one stage, sets their defaults, and binds them to the configuration. */
final class ParamMaker {
  /**
   * Value of an integer param for the configuration's {@code auto}; not a valid value of any key.
   */
  private static final int AUTO = -1;

  private final Params of;
  private final List<ConfigParam<?, ?>> bound = new ArrayList<>();

  ParamMaker(Params of) {
    this.of = of;
  }

  /** Returns all params that have been bound to a key. */
  List<ConfigParam<?, ?>> bound() {
    return List.copyOf(bound);
  }

  IntParam ints(String name, Key<Integer> key, String doc) {
    return plain(
        key.byDefault(), new IntParam(of.uid(), name, doc, bind(name, key, n -> (Integer) n)));
  }

  /** Makes a param for rows to recalibrate from, or {@link #AUTO}. */
  IntParam rows(String name, Key<Recalibrate> key, String doc) {
    int byDefault = key.byDefault() instanceof Recalibrate.EachEpoch rows ? rows.rows() : AUTO;
    return plain(
        byDefault,
        new IntParam(
            of.uid(),
            name,
            doc,
            bind(
                name,
                key,
                n ->
                    n.equals(AUTO)
                        ? new Recalibrate.Auto()
                        : new Recalibrate.EachEpoch((Integer) n))));
  }

  LongParam longs(String name, Key<Long> key, String doc) {
    return plain(
        key.byDefault(), new LongParam(of.uid(), name, doc, bind(name, key, n -> (Long) n)));
  }

  DoubleParam doubles(String name, Key<Double> key, String doc) {
    return plain(
        key.byDefault(),
        new DoubleParam(
            of.uid(),
            name,
            doc,
            bind(name, key, n -> (Double) n + 0.0))); // turns -0.0 into 0, as in a file
  }

  IntArrayParam intLists(String name, Key<List<Integer>> key, String doc) {
    return plain(
        key.byDefault().stream().mapToInt(Integer::intValue).toArray(),
        new IntArrayParam(
            of, name, doc, bind(name, key, ints -> Arrays.stream(ints).boxed().toList())));
  }

  BooleanParam flags(String name, Key<Boolean> key, String doc) {
    bind(name, key, (Boolean flag) -> flag);
    return plain(key.byDefault(), new BooleanParam(of.uid(), name, doc));
  }

  /** Makes the param for telemetry, which is off by default. */
  BooleanParam telemetry(String name, String doc) {
    bind(name, Keys.TELEMETRY, (Boolean on) -> on ? Keys.Telemetry.ON : Keys.Telemetry.OFF);
    return plain(false, new BooleanParam(of.uid(), name, doc));
  }

  /** Makes a param for values that a configuration file writes as text. */
  <T> Param<String> words(String name, Key<T> key, String doc) {
    return plain(
        key.write(key.byDefault()), // needs no quotes
        new Param<String>(
            of.uid(), name, doc, bind(name, key, words -> key.read(words.strip()).orElse(null))));
  }

  /** Makes the param for the update rule; AdamW is none without its decay, which is no param. */
  Param<String> solver(String name, String doc) {
    Key<Keys.OptimizerType> key = Keys.OPTIMIZER_TYPE;
    String source = of.uid() + " parameter " + name;
    return plain(
        key.write(key.byDefault()),
        new Param<String>(
            of.uid(), name, doc, bind(name, key, word -> optimizer(word.strip(), source))));
  }

  private static Keys.OptimizerType optimizer(String word, String source) {
    Keys.OptimizerType type = Keys.OPTIMIZER_TYPE.read(word).orElse(null);
    if (type == Keys.OptimizerType.ADAMW) {
      throw new IllegalArgumentException(
          source + " given invalid value adamw: its weight decay is not a param; use adam");
    }
    return type;
  }

  /** Makes a param for a list of layers, whose error message names the layer. */
  Param<String> layers(String name, Key<LayerList> key, String doc) {
    String source = of.uid() + " parameter " + name;
    return plain(
        key.write(key.byDefault()),
        new Param<String>(
            of.uid(), name, doc, bind(name, key, text -> parsed(key, text.strip(), source))));
  }

  private static LayerList parsed(Key<LayerList> key, String text, String source) {
    try {
      return text.isEmpty() ? LayerList.NONE : key.parse(text, source);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e); // as Spark's own params do
    }
  }

  /** Makes a param that has no key of the configuration, or differs from its key. */
  <T, P extends Param<T>> P plain(T byDefault, P param) {
    of.setDefault(param, byDefault);
    return param;
  }

  /** Makes a param for an optional column. */
  Param<String> column(String name, String doc) {
    return new Param<>(of.uid(), name, doc);
  }

  private <S, T> ConfigParam<S, T> bind(
      String name, Key<T> key, ConfigParam.Conversion<S, T> reader) {
    ConfigParam<S, T> param = new ConfigParam<>(name, key, reader);
    bound.add(param);
    return param;
  }
}
