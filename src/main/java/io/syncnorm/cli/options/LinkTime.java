package io.syncnorm.cli.options;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts a short time with its unit, such as {@code 25us}, to seconds. */
public final class LinkTime implements ITypeConverter<Double> {
  private static final Pattern TIME =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)\\s*(ns|us|ms|s)");
  private static final Map<String, Double> IN_A_SECOND =
      Map.of("ns", 1e9, "us", 1e6, "ms", 1e3, "s", 1.0);

  @Override
  public Double convert(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new TypeConversionException(
          "expected a time with its unit (ns, us, ms, s), such as 25us; found " + text);
    }
    return Double.parseDouble(time.group(1)) / IN_A_SECOND.get(time.group(2));
  }
}
