package io.syncnorm.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadPath;
import com.typesafe.config.ConfigException.Parse;
import com.typesafe.config.ConfigException.WrongType;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Parses each source of a configuration into a tree whose values know where they were written. */
final class Sources {

  static final String DEFAULTS = "syncnorm.conf";

  private Sources() {}

  /** Parses the defaults. */
  static Config defaults() {
    URL resource = Sources.class.getResource("/" + DEFAULTS);
    if (resource == null) {
      throw new IllegalStateException(
          "the defaults are expected on the class path, found=nothing at /"
              + DEFAULTS
              + "; build the jar with conf/syncnorm.conf as a resource");
    }
    return ConfigFactory.parseURL(
        resource, ConfigParseOptions.defaults().setOriginDescription(DEFAULTS));
  }

  /**
   * Parses a file.
   *
   * @throws ConfigException if it cannot be read, is not HOCON, or includes such a file
   */
  static Config file(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      String found = Files.exists(file) ? "something else" : "nothing";
      throw fault(file.toString(), "a readable file", found, "correct the path");
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().appendIncluder(new StrictIncluder(file)));
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(Fault.of(e, file.toString(), "readable HOCON", "correct the file"));
    }
  }

  /**
   * Parses {@code key=value}.
   *
   * @throws ConfigException if the text has another form
   */
  static Config override(String override) {
    String source = "--set " + override;
    int equals = override.indexOf('=');
    try {
      String path = path(override.substring(0, Math.max(0, equals)));
      return value(path, override.substring(equals + 1), source).atPath(path);
    } catch (BadPath e) {
      throw fault(source, "key=value", override, "write it as in run.seed=7");
    }
  }

  /**
   * Removes quotes: no key has a dot in its name, so quotes around a part or all of it mean
   * nothing.
   */
  private static String path(String key) {
    List<String> names =
        ConfigUtil.splitPath(key).stream()
            .flatMap(part -> Arrays.stream(part.split("\\.", -1)))
            .toList();
    return ConfigUtil.joinPath(names);
  }

  /**
   * Parses a value as HOCON, or returns the literal text where the key expects text: a path may
   * look like a list.
   */
  private static ConfigValue value(String path, String text, String source) {
    ConfigValue understood = value(text, source);
    ConfigValue asWritten = ConfigValueFactory.fromAnyRef(text.strip(), source);
    boolean isMeantAsWritten =
        (understood instanceof ConfigList || understood instanceof ConfigObject)
            && Keys.find(path)
                .filter(key -> key.read(understood).isEmpty() && key.read(asWritten).isPresent())
                .isPresent();
    return isMeantAsWritten ? asWritten : understood;
  }

  private static ConfigValue value(String text, String source) {
    try {
      Config parsed =
          ConfigFactory.parseString(
              "value = " + text, ConfigParseOptions.defaults().setOriginDescription(source));
      if (parsed.root().keySet().equals(Set.of("value")) && !isCut(text, parsed)) {
        return parsed.root().get("value");
      }
    } catch (Parse | WrongType e) {
      // Not HOCON, such as s3a://bucket/key, 50% or x[12]: use the literal text.
    }
    return ConfigValueFactory.fromAnyRef(text.strip(), source);
  }

  /** Whether HOCON treated part of an unquoted scalar as a comment, as in {@code /data//7#1.gz}. */
  private static boolean isCut(String text, Config parsed) {
    ConfigValue value = parsed.root().get("value");
    boolean asWritten = !text.strip().startsWith("\"") && !text.contains("${");
    return asWritten
        && !(value instanceof ConfigList)
        && !(value instanceof ConfigObject)
        && value.valueType() != ConfigValueType.NULL
        && !parsed.getString("value").equals(text.strip());
  }

  private static ConfigException fault(
      String source, String expected, String found, String remedy) {
    return new ConfigException(new Fault(source, Fault.NO_LINE, "", expected, found, remedy));
  }
}
