package io.syncnorm.ml;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.FloatParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * A Java param as Python writes it.
 *
 * @param byDefault a Python literal; {@code None} if the param has no default
 */
record PythonParam(String name, String doc, Kind kind, String byDefault) {
  /** Stands for a default that does not exist. */
  static final String NONE = "None";

  /** The Python types of a param. */
  enum Kind {
    BOOL("bool", "bool", "toBoolean"),
    INT("int", "int", "toInt"),
    FLOAT("float", "float", "toFloat"),
    STRING("str", "str", "toString"),
    INTS("Sequence[int]", "List[int]", "toListInt"),
    FLOATS("Sequence[float]", "List[float]", "toListFloat"),
    STRINGS("Sequence[str]", "List[str]", "toListString");

    /** What a setter takes. */
    final String taken;

    /** What a getter returns. */
    final String returned;

    /** PySpark's converter. */
    final String converter;

    Kind(String taken, String returned, String converter) {
      this.taken = taken;
      this.returned = returned;
      this.converter = converter;
    }
  }

  static PythonParam of(SyncBatchNormClassifier stage, Param<?> param) {
    String literal = NONE;
    if (stage.hasDefault(param)) {
      literal = literal(stage.getDefault(param).get());
    }
    return new PythonParam(param.name(), param.doc(), kind(stage, param), literal);
  }

  boolean hasDefault() {
    return !byDefault.equals(NONE);
  }

  /** Returns the name as accessors end with it. */
  String capitalized() {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /** Returns the type of a keyword argument. */
  String argument() {
    return hasDefault() ? kind.taken : "Optional[" + kind.taken + "]";
  }

  private static Kind kind(SyncBatchNormClassifier stage, Param<?> param) {
    if (param instanceof BooleanParam) {
      return Kind.BOOL;
    } else if (param instanceof IntParam || param instanceof LongParam) {
      return Kind.INT;
    } else if (param instanceof DoubleParam || param instanceof FloatParam) {
      return Kind.FLOAT;
    } else if (param instanceof IntArrayParam) {
      return Kind.INTS;
    } else if (param instanceof DoubleArrayParam) {
      return Kind.FLOATS;
    } else if (param instanceof StringArrayParam) {
      return Kind.STRINGS;
    } else if (isText(stage, param)) {
      return Kind.STRING;
    }
    throw new IllegalArgumentException(
        "no Python type for param=%s, class=%s; add one to PythonParam.Kind"
            .formatted(param.name(), param.getClass().getName()));
  }

  /** The values of a plain {@code Param} have the type that its accessor declares. */
  private static boolean isText(SyncBatchNormClassifier stage, Param<?> param) {
    return Arrays.stream(stage.getClass().getMethods())
        .filter(method -> method.getName().equals(param.name()))
        .filter(method -> method.getParameterCount() == 0)
        .map(Method::getGenericReturnType)
        .anyMatch(
            type ->
                type instanceof ParameterizedType of
                    && of.getActualTypeArguments()[0].equals(String.class));
  }

  private static String literal(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof Double || value instanceof Float) {
      return decimal(((Number) value).doubleValue());
    } else if (value instanceof Number) {
      return value.toString();
    } else if (value instanceof String text) {
      return quoted(text);
    } else if (value instanceof int[] numbers) {
      return tuple(Arrays.stream(numbers).mapToObj(Integer::toString).toList());
    } else if (value instanceof double[] numbers) {
      return tuple(Arrays.stream(numbers).mapToObj(PythonParam::decimal).toList());
    } else if (value instanceof String[] words) {
      return tuple(Arrays.stream(words).map(PythonParam::quoted).toList());
    }
    throw new IllegalArgumentException("no Python literal for " + value.getClass().getName());
  }

  /** Returns a number as Python's own {@code repr} writes it, but without a zero in an exponent. */
  private static String decimal(double value) {
    String plain = Double.toString(value);
    if (Double.isInfinite(value) || Double.isNaN(value)) {
      return "float(\"%s\")".formatted(Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    } else if (!plain.contains("E")) {
      return plain;
    }
    BigDecimal exact = new BigDecimal(plain).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    return exact.movePointLeft(exponent).toPlainString() + "e" + exponent;
  }

  /** Returns a string literal, with the quotes that need fewer escapes, as the formatter does. */
  static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\");
    String quote = count(text, '"') > count(text, '\'') ? "'" : "\"";
    return quote + escaped.replace(quote, "\\" + quote) + quote;
  }

  private static long count(String text, char of) {
    return text.chars().filter(each -> each == of).count();
  }

  private static String tuple(List<String> items) {
    return items.size() == 1
        ? "(" + items.get(0) + ",)"
        : items.stream().collect(Collectors.joining(", ", "(", ")"));
  }
}
