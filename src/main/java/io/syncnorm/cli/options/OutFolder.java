package io.syncnorm.cli.options;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The folder of run directories, which must be local or mounted. */
public final class OutFolder implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    try {
      return LocalPath.of(text, "folder");
    } catch (TypeConversionException e) {
      throw new TypeConversionException(
          "%s; the registry may be there with --registry %s, checkpoints with --set checkpoint.dir=%s"
              .formatted(e.getMessage(), text, text));
    }
  }
}
