package io.syncnorm.cli.options;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the folder of run directories, which must be local or mounted. */
public final class OutFolder implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    try {
      return LocalPath.of(text, "folder");
    } catch (TypeConversionException e) {
      throw new TypeConversionException(
          "%s; to store the registry there use --registry %s, for checkpoints --set checkpoint.dir=%s"
              .formatted(e.getMessage(), text, text));
    }
  }
}
