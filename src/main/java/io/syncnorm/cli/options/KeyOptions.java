package io.syncnorm.cli.options;

import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Short forms of the most used settings, each named like the last part of its key. */
public final class KeyOptions implements IModelTransformer {
  private static final List<Key<?>> KEYS =
      List.of(Keys.EPOCHS, Keys.BATCH_SIZE, Keys.SEED, Keys.WORLD);

  @Override
  public CommandSpec transform(CommandSpec spec) {
    for (Key<?> key : KEYS) {
      spec.addOption(
          OptionSpec.builder(name(key))
              .paramLabel("VALUE")
              .type(String.class)
              .description("%s, %s (default: %s)".formatted(key, key.expected(), byDefault(key)))
              .build());
    }
    return spec;
  }

  /**
   * Returns the settings given by short options, in the form of {@code --set}.
   *
   * @param others settings given by {@code --set}
   * @throws ParameterException if a setting is given both ways
   */
  static List<String> settings(CommandSpec spec, List<String> others) {
    List<String> settings = new ArrayList<>();
    for (Key<?> key : KEYS) {
      OptionSpec option = spec.findOption(name(key));
      if (option == null || option.getValue() == null) {
        continue;
      }
      String setting = key.path() + "=" + option.getValue();
      Optional<String> other =
          others.stream()
              .filter(text -> text.replaceFirst("[=:{+].*", "").strip().equals(key.path()))
              .findFirst();
      if (other.isPresent()) {
        throw new ParameterException(
            spec.commandLine(),
            "%s %s and --set %s: use only one of them"
                .formatted(name(key), option.getValue(), other.get()));
      }
      settings.add(setting);
    }
    return settings;
  }

  private static String name(Key<?> key) {
    return "--" + key.path().substring(key.path().lastIndexOf('.') + 1);
  }

  private static <T> String byDefault(Key<T> key) {
    return key.write(key.byDefault());
  }
}
