package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {

  @ParameterizedTest
  @CsvSource({
    "training,         epcohs,            training.epochs",
    "training,         batchSize,         training.batch-size",
    "training,         batch_size,        training.batch-size",
    "training,         learning-rate,     training.optimizer.learning-rate",
    "training,         epsilon,           model.batch-norm.epsilon",
    "training.optimizer, epsilom,         training.optimizer.epsilon",
    "model,            batchnorm,         model.batch-norm",
    "run,              sed,               run.seed",
    "'',               epochs,            training.epochs",
    "'',               trainning,         training",
    "'',               training.epochs,   training.epochs",
    "training,         lr,                training.optimizer.learning-rate",
    "training.optimizer, step_size,       training.optimizer.learning-rate",
    "training.optimizer, weight_decay,    training.optimizer.weight-decay",
    "training.optimizer, rho,             training.optimizer.rms-decay",
    "training,         max_grad_norm,     training.optimizer.clip-norm",
    "training,         clipvalue,         training.optimizer.clip-value",
    "training,         lr_scheduler,      training.optimizer.schedule.type",
    "training,         num_warmup_steps,  training.optimizer.schedule.warm-up",
    "training,         optimizer,         training.optimizer",
    "training,         num_workers,       training.world",
    "training,         maxIter,           training.epochs",
    "training,         early_stopping_rounds, training.early-stopping",
    "training,         patience,          training.early-stopping",
    "model,            layer,             model.layers",
    "model,            hiddenLayers,      model.hidden",
    "model,            inputShape,        model.image",
    "model,            kernelInitializer, model.initialization",
    "run,              random-state,      run.seed",
    "data,             num_classes,       data.classes",
    "data,             path,              data.train.path",
    "data,             trainPath,         data.train.path",
    "data,             validation_data,   data.test.path",
    "data,             labelCol,          data.train.label",
    "data.train,       label-column,      data.train.label",
    "data.train,       labelCol,          data.train.label",
    "data.train,       featuresCol,       data.train.features",
    "data.test,        features_col,      data.test.features",
    "data.test,        weightCol,         data.test.weight",
    "data.test,        paths,             data.test.path",
    "data.train,       header,            data.train.options",
    "data.train,       scale,             data.scale",
    "data,             standardize,       data.scale",
    "'',               dataset,           data.train.path",
  })
  void shouldSuggestTheNearestKeyOrSection(String section, String name, String meant) {
    assertEquals(Optional.of(meant), Suggestions.nearest(section, name));
  }

  @ParameterizedTest
  @CsvSource({
    "epochs,           training.epochs",
    "training.epochs,  training.epochs",
    "lr,               training.optimizer.learning-rate",
    "optimizer.lr,     training.optimizer.learning-rate",
    "optimizer,        training.optimizer.type",
    "batch-norm,       model.batch-norm.enabled",
    "momentum,         model.batch-norm.momentum training.optimizer.momentum"
        + " training.averaging.outer.momentum",
    "bach_size,        training.batch-size",
    "label,            data.train.label data.test.label",
    "bogus,            ",
  })
  void shouldSuggestKeysForSettingsWithAValue(String name, String keys) {
    assertEquals(keys == null ? "" : keys, String.join(" ", Suggestions.keys(name)));
  }

  @Test
  void shouldSuggestNothingIfNoKeyIsNear() {
    assertEquals(Optional.empty(), Suggestions.nearest("training", "zookeeper"));
    assertEquals(Optional.empty(), Suggestions.nearest("run", "x"));
  }
}
