package io.syncnorm.model;

import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * How a network from a file is trained.
 *
 * @param start creates the snapshot before the first epoch
 * @param maker creates the trainee of each rank
 * @param trained creates the final network from a snapshot
 * @param remark returns a remark for the user on a training of a given number of steps
 * @param onlySettings the settings that the engine does not support, each with its only supported
 *     value
 * @param parameters number of parameters, as DL4J counts them
 */
public record FileTraining(
    Supplier<Snapshot> start,
    TraineeMaker maker,
    Function<Snapshot, RunModel> trained,
    LongFunction<Optional<String>> remark,
    List<String> onlySettings,
    boolean isBatchNormalized,
    long parameters) {}
