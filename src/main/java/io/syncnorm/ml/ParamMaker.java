package io.syncnorm.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Makes the params of one stage, sets their defaults, and binds them to the configuration. */
final class ParamMaker {
  private final Params of;
  private final List<ConfigParam> bound = new ArrayList<>();

  ParamMaker(Params of) {
    this.of = of;
  }

  /** All params that were bound to a key so far. */
  List<ConfigParam> bound() {
    return List.copyOf(bound);
  }

  IntParam ints(String name, String key, String doc) {
    return bind(
        key, ConfigParam::number, new IntParam(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  LongParam longs(String name, String key, String doc) {
    return bind(
        key, Long::valueOf, new LongParam(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  DoubleParam doubles(String name, String key, String doc) {
    return bind(
        key, Double::valueOf, new DoubleParam(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  IntArrayParam intLists(String name, String key, String doc) {
    return bind(
        key, ParamMaker::parseInts, new IntArrayParam(of, name, doc, new ConfigParam.Range<>(key)));
  }

  BooleanParam flags(String name, String key, String doc) {
    return bind(key, Boolean::valueOf, new BooleanParam(of.uid(), name, doc));
  }

  Param<String> words(String name, String key, String doc) {
    return bind(
        key,
        Function.identity(),
        new Param<String>(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  /** A param that is no key of the configuration. */
  <T, P extends Param<T>> P plain(T byDefault, P param) {
    of.setDefault(param, byDefault);
    return param;
  }

  /** A column that need not be named. */
  Param<String> column(String name, String doc) {
    return new Param<>(of.uid(), name, doc);
  }

  /** Binds a param to a key of the configuration, whose default becomes its own. */
  private <T, P extends Param<T>> P bind(String key, Function<String, ? extends T> parse, P param) {
    bound.add(new ConfigParam(param, key));
    return plain(parse.apply(ConfigParam.defaultOf(key)), param);
  }

  private static int[] parseInts(String list) {
    return Arrays.stream(list.replaceAll("[\\[\\] ]", "").split(","))
        .filter(word -> !word.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
