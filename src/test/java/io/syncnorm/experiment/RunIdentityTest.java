package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunIdentityTest {
  @TempDir Path folder;
  private Configuration configuration;

  @BeforeEach
  void writeFiles() throws IOException {
    configuration =
        Configuration.defaults()
            .with(Keys.TRAIN_IMAGES, write("a", "images"))
            .with(Keys.TRAIN_LABELS, write("b", "labels"))
            .with(Keys.TEST_IMAGES, write("c", "test images"))
            .with(Keys.TEST_LABELS, write("d", "test labels"))
            .with(Keys.DL4J, new NetworkSource.Dl4jFile(write("e", "network")));
  }

  @Test
  void shouldNameRunsByTheContentOfTheirFiles() throws IOException {
    String name = name(configuration);
    assertTrue(name.matches("mnist-[0-9a-f]{8}"), name);
    assertEquals(name, name(configuration.with(Keys.TRAIN_IMAGES, write("x.gz", "images"))));
    assertEquals(name, name(configuration.with(Keys.TRAIN_IMAGES, "file:" + folder.resolve("a"))));
    Configuration copied =
        configuration.with(Keys.DL4J, new NetworkSource.Dl4jFile(write("y", "network")));
    assertEquals(name, name(copied));

    assertNotEquals(name, identity().name("compare", configuration));
    assertNotEquals(name, name(configuration.with(Keys.SEED, 7L)));
    assertNotEquals(
        name,
        name(
            configuration
                .with(Keys.TRAIN_IMAGES, configuration.get(Keys.TEST_IMAGES))
                .with(Keys.TEST_IMAGES, configuration.get(Keys.TRAIN_IMAGES))));
    write("e", "another network");
    assertNotEquals(name, name(configuration));
  }

  @Test
  void shouldNameRunsWhoseFilesCannotBeReadByTheFilesNames() {
    String name = name(configuration);
    Configuration missing = configuration.with(Keys.TEST_LABELS, folder.resolve("z").toString());
    assertNotEquals(name, name(missing));
    assertNotEquals(name(missing), name(configuration.with(Keys.TEST_LABELS, folder.toString())));
    assertNotEquals(name, name(configuration.with(Keys.TEST_LABELS, "/dev/zero")), "no end");
    assertNotEquals(name, name(configuration.with(Keys.TEST_LABELS, "nowhere://host/x")));
  }

  @Test
  void shouldSayThatAFileHasChangedSinceItWasHashed() throws IOException {
    RunIdentity identity = identity();
    String name = identity.name("train", configuration);
    write("e", "another network");
    assertEquals(name, identity.name("train", configuration));
    UntrainedModel other =
        new UntrainedModel(
            null, null, false, steps -> Optional.empty(), 0, null, Map.of("e", "00"));
    DataException changed =
        assertThrows(DataException.class, () -> identity.read(configuration, other));
    assertTrue(changed.getMessage().startsWith("file has changed"), changed.getMessage());
    assertTrue(changed.getMessage().contains(folder.resolve("e").toString()));
  }

  private String name(Configuration configuration) {
    return identity().name("train", configuration);
  }

  private static RunIdentity identity() {
    return new RunIdentity(new org.apache.hadoop.conf.Configuration());
  }

  private String write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }
}
