package io.syncnorm.config;

import com.typesafe.config.ConfigException.IO;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Processes HOCON includes, except that an included file must exist, with or without {@code
 * required(...)}.
 *
 * @param file that contains the include, directly or through a file it includes
 * @param standard the library's includer, which does the work; set before anything is included
 */
record StrictIncluder(Path file, Optional<ConfigIncluder> standard)
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderClasspath {

  StrictIncluder(Path file) {
    this(file, Optional.empty());
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return new StrictIncluder(file, Optional.of(fallback));
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return existing(what, () -> standard.orElseThrow().include(strict(context), what));
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    ConfigIncluderFile files = (ConfigIncluderFile) standard.orElseThrow();
    return existing(what.getPath(), () -> files.includeFile(strict(context), what));
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    ConfigIncluderClasspath resources = (ConfigIncluderClasspath) standard.orElseThrow();
    return existing(what, () -> resources.includeResources(strict(context), what));
  }

  private static ConfigIncludeContext strict(ConfigIncludeContext context) {
    return context.setParseOptions(context.parseOptions().setAllowMissing(false));
  }

  private ConfigObject existing(String what, Supplier<ConfigObject> including) {
    try {
      return including.get();
    } catch (IO e) {
      String include = "include \"" + what + "\"";
      throw new ConfigException(
          new Fault(
              file.toString(),
              Fault.NO_LINE,
              "",
              "a readable file to include",
              include,
              "correct its path or remove it"));
    }
  }
}
