package io.syncnorm.keras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KerasModelTest {
  /** Both compute in float, in another order. */
  private static final float TOLERANCE = 1e-5f;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "dense.keras, dense",
    "dense.h5, dense",
    "images.keras, images",
    "images.h5, images",
    "channels_first.keras, channels_first",
    "pooled.keras, pooled",
    "old_group.keras, pooled"
  })
  void shouldPredictWhatKerasPredicts(String file, String model) throws IOException {
    KerasModel read = read(KerasSamples.file(file));
    KerasSamples.Expected expected = KerasSamples.expected(model);
    assertEquals(3, expected.rows().size());
    Network network = new Network(read.architecture(), 1, RankReduction.NONE);
    for (int i = 0; i < 3; i++) {
      float[] found = network.predict(read.state(), expected.rows().get(i), 1);
      assertArrayEquals(expected.probabilities().get(i), found, TOLERANCE);
    }
  }

  @Test
  void shouldReadTheOptimizer() throws IOException {
    assertOptimizer("dense.keras", KerasOptimizer.Kind.ADAM, 0.002, 0, 0.8, 0.999, 1e-6, 0);
    assertOptimizer("dense.h5", KerasOptimizer.Kind.ADAM, 0.002, 0, 0.8, 0.999, 1e-6, 0);
    assertOptimizer("images.keras", KerasOptimizer.Kind.SGD, 0.05, 0.7, 0.9, 0.9, 1e-7, 0);
    assertOptimizer("pooled.keras", KerasOptimizer.Kind.ADAM, 0.05, 0, 0.9, 0.999, 1e-7, 0.01);
    assertOptimizer(
        "channels_first.keras", KerasOptimizer.Kind.RMSPROP, 0.004, 0, 0.9, 0.8, 1e-7, 0);
    assertTrue(read(KerasSamples.file("images.h5")).optimizer().isNesterov());
  }

  /** Keras stores learning rates as floats. */
  private static void assertOptimizer(
      String file,
      KerasOptimizer.Kind kind,
      double rate,
      double momentum,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay)
      throws IOException {
    KerasOptimizer found = read(KerasSamples.file(file)).optimizer();
    assertEquals(kind, found.kind());
    assertEquals(rate, found.rate(), 1e-8);
    assertEquals(momentum, found.momentum());
    assertEquals(beta1, found.beta1());
    assertEquals(beta2, found.beta2());
    assertEquals(epsilon, found.epsilon());
    assertEquals(weightDecay, found.weightDecay());
  }

  @Test
  void shouldReadL2AndRemarkOnWhatIsAdded() throws IOException {
    KerasModel model = read(KerasSamples.file("dense.keras"));
    assertEquals(Map.of(1, 0.02), model.penalties()); // the derivative of 0.01 w^2 is 0.02 w
    assertEquals(2, model.remarks().size());
    assertTrue(model.remarks().get(0).startsWith("layer 6 "), model.remarks()::toString);
    assertTrue(model.remarks().get(0).contains("scale=False"), model.remarks()::toString);
    assertTrue(model.remarks().get(1).contains("center=False"), model.remarks()::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "functional.keras, it is a Functional model: expected a Sequential one",
    "uncompiled.keras, ends the model without softmax"
  })
  void shouldRefuseOtherModels(String file, String words) {
    assertRefused(KerasSamples.file(file), words);
  }

  @Test
  void shouldNameEveryLayerThatCannotBeTrained() {
    String message = assertRefused(KerasSamples.file("unsupported.keras"), "layer 1 rescaling");
    for (String part :
        List.of(
            "layer 1 rescaling (Rescaling): is not supported: SyncNorm divides pixels by 255",
            "layer 2 separable (SeparableConv2D): is not supported: expected one of Dense,",
            "layer 3 dilated (Conv2D): dilation_rate=[2,2]",
            "layer 4 bent (Conv2D): activation=gelu is not supported",
            "layer 5 largest (GlobalMaxPooling2D): is not supported",
            "layer 6 constrained (Dense): kernel_constraint=",
            "layer 7 norm (LayerNormalization): is not supported")) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("layer 8"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"class_name\": \"Adam\" | \"class_name\": \"Lion\" | its optimizer is Lion",
        "\"clipnorm\": null | \"clipnorm\": 1.0 | its optimizer Adam has clipnorm=1.0",
        "\"learning_rate\": 0.0020000000949949026 | \"learning_rate\": {\"class_name\": \"CosineDecay\"} | the learning rate of its optimizer Adam is CosineDecay",
        "\"loss\": \"categorical_crossentropy\" | \"loss\": \"mse\" | its loss is mse",
        "\"use_ema\": false | \"use_ema\": true | has use_ema=true",
        "\"units\": 7 | \"units\": 9 | has shape [8, 7], expected [8, 9]",
        "\"rate\": 0.25 | \"rate\": 1.5 | dropout needs a rate in [0, 1)",
        "\"momentum\": 0.9 | \"momentum\": 1.5 | batch normalization needs momentum in [0, 1)",
        "\"use_bias\": false | \"use_bias\": true | its bias at layers/dense/vars/1 has shape none, as it is missing",
        "\"axis\": -1 | \"axis\": 3 | axis=3 is not supported",
        "\"trainable\": true, \"dtype\": {\"module\": \"keras\", \"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name\": null}, \"units\" | \"trainable\": false, \"units\" | trainable=False is not supported",
        "\"name\": \"L2\" | \"name\": \"L2\" | ",
        "\"class_name\": \"L2\" | \"class_name\": \"L1\" | kernel_regularizer=L1",
        "\"registered_name\": null, \"build_config\" | \"registered_name\": \"Mine>Dense\", \"build_config\" | is a class of its own",
        "\"batch_shape\": [null, 6] | \"batch_shape\": [null, null] | its inputs have shape [null,null]",
        "\"float32\" | \"bfloat16\" | dtype=bfloat16 is not supported",
        "\"activation\": \"softmax\" | \"activation\": \"sigmoid\" | ends the model: expected Dense with softmax",
        "\"compile_config\" | \"other\" | ",
      })
  void shouldNameWhatDoesNotFit(String from, String to, String words) throws IOException {
    Path changed = folder.resolve("model.keras");
    edit(changed, "config.json", text -> text.replace(from, to));
    if (words == null) {
      read(changed);
    } else {
      assertRefused(changed, words);
    }
  }

  @Test
  void shouldReadAModelThatWasNotCompiled() throws IOException {
    Path changed = folder.resolve("model.keras");
    edit(changed, "config.json", text -> text.replace("\"compile_config\"", "\"other\""));
    KerasModel model = read(changed);
    assertEquals(KerasOptimizer.DEFAULT, model.optimizer());
    assertTrue(model.remarks().get(2).startsWith("it was not compiled"), model.remarks().get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "model.weights.h5, it has no entry model.weights.h5",
    "config.json, it has no entry config.json",
    "metadata.json, it has no entry metadata.json"
  })
  void shouldNameAMissingEntry(String entry, String words) throws IOException {
    Path changed = folder.resolve("model.keras");
    edit(changed, entry, text -> null);
    assertRefused(changed, words);
  }

  @Test
  void shouldRefuseOtherContent() throws IOException {
    Path changed = folder.resolve("model.keras");
    edit(changed, "config.json", text -> text.substring(0, 300));
    assertRefused(changed, "its config.json is not valid JSON");
    edit(changed, "model.weights.h5", text -> "no HDF5");
    assertRefused(changed, "its HDF5 content is damaged");
    Files.writeString(changed, "no zip");
    assertRefused(changed, "it is a damaged or incomplete zip");
  }

  /** Whatever is cut off or changed, the fault is one of the file and not an error of ours. */
  @ParameterizedTest
  @CsvSource({"dense.h5, model.h5", "pooled.keras, model.keras"})
  void shouldReportDamageAsSuch(String name, String to) throws IOException {
    byte[] whole = Files.readAllBytes(KerasSamples.file(name));
    Path damaged = folder.resolve(to);
    Random random = new Random(1);
    for (int i = 0; i < 150; i++) {
      byte[] bytes = whole.clone();
      if (i % 2 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        for (int change = 0; change < 8; change++) {
          bytes[random.nextInt(Math.min(bytes.length, 20_000))] = (byte) random.nextInt();
        }
      }
      Files.write(damaged, bytes);
      try {
        read(damaged); // a changed weight cannot be noticed
      } catch (IOException e) {
        assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
      }
    }
  }

  @Test
  void shouldHaveTheFilesThatTheScriptWrote() throws Exception {
    List<String> sums = Files.readAllLines(KerasSamples.file("SHA256SUMS"));
    assertEquals(11, sums.size());
    for (String line : sums) {
      byte[] bytes = Files.readAllBytes(KerasSamples.file(line.substring(66)));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertEquals(line.substring(0, 64), HexFormat.of().formatHex(hash), line);
    }
    try (Stream<Path> files = Files.list(KerasSamples.file(""))) {
      assertEquals(sums.size() + 2, files.count()); // README.md and SHA256SUMS
    }
  }

  private static KerasModel read(Path path) throws IOException {
    if (path.toString().endsWith(".keras")) {
      return KerasModel.readArchive(path);
    }
    try (LegacyFile file = LegacyFile.open(path)) {
      return KerasModel.read(file);
    }
  }

  private static String assertRefused(Path path, String words) {
    IOException refused = assertThrows(IOException.class, () -> read(path));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    return refused.getMessage();
  }

  /** Changes an entry of {@code dense.keras}; null leaves it out. */
  private static void edit(
      Path target, String entry, java.util.function.UnaryOperator<String> change)
      throws IOException {
    try (ZipInputStream in =
            new ZipInputStream(Files.newInputStream(KerasSamples.file("dense.keras")));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
      for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
        byte[] bytes = in.readAllBytes();
        if (each.getName().equals(entry)) {
          String changed = change.apply(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
          if (changed == null) {
            continue;
          }
          bytes = changed.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        out.putNextEntry(new ZipEntry(each.getName()));
        out.write(bytes);
      }
    }
  }
}
