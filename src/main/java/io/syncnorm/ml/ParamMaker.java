package io.syncnorm.ml;

import io.syncnorm.config.ConfigException;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.config.layer.LayerList;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import scala.runtime.AbstractFunction1;

/** Makes the params of one stage, sets their defaults, and binds them to the configuration. */
final class ParamMaker {
  /**
   * Value of an integer param for the configuration's {@code auto}; not a valid value of any key.
   */
  private static final int AUTO = -1;

  private final Params of;
  private final List<ConfigParam<?, ?>> bound = new ArrayList<>();
  private final Map<String, Param<?>> made = new HashMap<>();

  /** The values that a param without a key accepts; never asked about null. */
  @FunctionalInterface
  interface Accepted<S> extends Predicate<S>, Serializable {}

  private static final class Range<S> extends AbstractFunction1<S, Object> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Accepted<S> accepted;

    Range(Accepted<S> accepted) {
      this.accepted = accepted;
    }

    @Override
    public Object apply(S value) {
      return value != null && accepted.test(value);
    }
  }

  ParamMaker(Params of) {
    this.of = of;
  }

  /** Returns all params that have been bound to a key. */
  List<ConfigParam<?, ?>> bound() {
    return List.copyOf(bound);
  }

  /** Returns all params, by name. */
  Map<String, Param<?>> made() {
    return Map.copyOf(made);
  }

  void ints(String name, Key<Integer> key, String doc) {
    plain(key.byDefault(), new IntParam(of.uid(), name, doc, bind(name, key, n -> (Integer) n)));
  }

  /** Makes a param for rows to recalibrate from, or {@link #AUTO}. */
  void rows(String name, Key<Recalibrate> key, String doc) {
    int byDefault = key.byDefault() instanceof Recalibrate.EachEpoch rows ? rows.rows() : AUTO;
    plain(
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

  void longs(String name, Key<Long> key, String doc) {
    plain(key.byDefault(), new LongParam(of.uid(), name, doc, bind(name, key, n -> (Long) n)));
  }

  void doubles(String name, Key<Double> key, String doc) {
    plain(
        key.byDefault(),
        new DoubleParam(
            of.uid(),
            name,
            doc,
            bind(name, key, n -> (Double) n + 0.0))); // turns -0.0 into 0, as in a file
  }

  /** Makes a param for an upper limit, which is 0 for none. */
  void limits(String name, Key<Double> key, String doc) {
    double none = Keys.UNLIMITED_GRADIENT;
    double byDefault = key.byDefault();
    plain(
        byDefault == none ? 0.0 : byDefault,
        new DoubleParam(
            of.uid(), name, doc, bind(name, key, n -> (Double) n == 0 ? none : (Double) n)));
  }

  void intLists(String name, Key<List<Integer>> key, String doc) {
    plain(
        key.byDefault().stream().mapToInt(Integer::intValue).toArray(),
        new IntArrayParam(
            of, name, doc, bind(name, key, ints -> Arrays.stream(ints).boxed().toList())));
  }

  void flags(String name, Key<Boolean> key, String doc) {
    bind(name, key, (Boolean flag) -> flag);
    plain(key.byDefault(), new BooleanParam(of.uid(), name, doc));
  }

  /** Makes the param for telemetry, which is off by default. */
  void telemetry(String name, String doc) {
    bind(name, Keys.TELEMETRY, (Boolean on) -> on ? Keys.Telemetry.ON : Keys.Telemetry.OFF);
    plain(false, new BooleanParam(of.uid(), name, doc));
  }

  /** Makes a param for values that a configuration file writes as text. */
  <T> void words(String name, Key<T> key, String doc) {
    plain(
        key.write(key.byDefault()), // needs no quotes
        new Param<String>(
            of.uid(), name, doc, bind(name, key, words -> key.read(words.strip()).orElse(null))));
  }

  /** Makes a param for a list of layers, whose error message names the layer. */
  void layers(String name, Key<LayerList> key, String doc) {
    String source = of.uid() + " parameter " + name;
    plain(
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

  /** Makes an integer param that has no key of the configuration, or differs from its key. */
  void ownInts(String name, int byDefault, Accepted<Object> accepted, String doc) {
    plain(byDefault, new IntParam(of.uid(), name, doc, new Range<>(accepted)));
  }

  /** Makes a param for texts that has no key, or differs from its key; by default it is empty. */
  void ownTexts(String name, Accepted<String> accepted, String doc) {
    plain("", new Param<String>(of.uid(), name, doc, new Range<>(accepted)));
  }

  /** Makes a param for an optional column. */
  void column(String name, String doc) {
    keep(new Param<>(of.uid(), name, doc));
  }

  private <T> void plain(T byDefault, Param<T> param) {
    of.setDefault(param, byDefault);
    keep(param);
  }

  private void keep(Param<?> param) {
    made.put(param.name(), param);
  }

  private <S, T> ConfigParam<S, T> bind(
      String name, Key<T> key, ConfigParam.Conversion<S, T> reader) {
    ConfigParam<S, T> param = new ConfigParam<>(name, key, reader);
    bound.add(param);
    return param;
  }
}
