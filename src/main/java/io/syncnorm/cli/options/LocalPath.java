package io.syncnorm.cli.options;

import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts option values to a {@link Path}. Without it {@code hdfs://host/x} would silently become
 * a local folder {@code hdfs:} in the working directory.
 */
public final class LocalPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    return of(text, "file");
  }

  /**
   * @param what the expected kind: a file or a folder
   */
  static Path of(String text, String what) {
    try {
      return Location.local(text, what);
    } catch (LocationException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
