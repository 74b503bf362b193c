package io.syncnorm.cli.options;

import io.syncnorm.report.RunEvent;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the status of a run as shown in tables; rejects words that no run can have. */
public final class StatusWord implements ITypeConverter<RunEvent.Kind> {
  @Override
  public RunEvent.Kind convert(String text) {
    return Stream.of(RunEvent.Kind.values())
        .filter(kind -> kind.word().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of %s; found %s"
                        .formatted(
                            Stream.of(RunEvent.Kind.values())
                                .map(RunEvent.Kind::word)
                                .collect(Collectors.joining(", ")),
                            text)));
  }
}
