package io.syncnorm.cli.options;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts bits per second with their unit, such as {@code 10Gb}, to bytes per second. */
public final class LinkRate implements ITypeConverter<Double> {
  private static final Pattern RATE =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)\\s*(Mb|Gb|Tb)");
  private static final Map<String, Double> BITS = Map.of("Mb", 1e6, "Gb", 1e9, "Tb", 1e12);

  @Override
  public Double convert(String text) {
    Matcher rate = RATE.matcher(text);
    double bits = rate.matches() ? Double.parseDouble(rate.group(1)) * BITS.get(rate.group(2)) : 0;
    if (bits == 0) {
      throw new TypeConversionException(
          "expected bits per second with their unit (Mb, Gb, Tb), such as 10Gb; found " + text);
    }
    return bits / Byte.SIZE;
  }
}
