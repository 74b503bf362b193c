package io.syncnorm.cli.options;

import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How every option that is a {@link Path} is read. Without this {@code hdfs://host/x} would be a
 * folder {@code hdfs:} beside the files of the user, and nobody would find what is in it.
 */
public final class LocalPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    return of(text, "file");
  }

  /**
   * @param what it is to be: a file or a folder
   */
  static Path of(String text, String what) {
    try {
      return Location.local(text, what);
    } catch (LocationException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
