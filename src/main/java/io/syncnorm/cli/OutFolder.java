package io.syncnorm.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A folder that must be local or mounted. Without this {@code hdfs://host/runs} would be the folder
 * {@code hdfs:} beside those of the user, and nobody would find the runs.
 */
final class OutFolder implements ITypeConverter<Path> {
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  @Override
  public Path convert(String text) {
    if (text.startsWith("file:/")) {
      return Path.of(URI.create(text).getPath());
    }
    if (ADDRESS.matcher(text).matches()) {
      throw new TypeConversionException(
          "expected a local or mounted folder, found %s; the registry may be there with --registry %s, checkpoints with --set checkpoint.dir=%s"
              .formatted(text, text, text));
    }
    return Path.of(text);
  }
}
