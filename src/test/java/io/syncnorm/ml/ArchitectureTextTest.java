package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.nn.Architecture;
import io.syncnorm.train.Blueprint;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the text in which a stored model has its layers. */
class ArchitectureTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2}, {dense = 64}, batch-norm, relu]",
        "[{conv = 4, kernel = [3, 2], stride = [2, 1], padding = [1, 0, 1, 0]}, {leaky-relu = 0.2},"
            + " {average-pool = 3, padding = same}, elu, {dropout = 0.25}, global-average-pool,"
            + " {dense = 4, bias = true}, {batch-norm = on, epsilon = 0.5}, flatten, tanh]",
        "[channels-last, batch-norm, sigmoid]"
      })
  void shouldBeReadFromItsText(String layers) {
    for (boolean isNormalized : List.of(true, false)) {
      Configuration configuration =
          ConfigLoader.load(
              List.of(),
              List.of(
                  "data.classes=10",
                  "model.layers=" + layers,
                  "model.image=[28, 28, 1]",
                  "model.batch-norm.enabled=" + isNormalized));
      Architecture network = Blueprint.architecture(configuration, 784);

      assertEquals(
          network, ArchitectureText.read(ArchitectureText.of(network), network.input(), 10));
    }
  }
}
