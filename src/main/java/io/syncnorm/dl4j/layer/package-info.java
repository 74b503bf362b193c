/**
 * DL4J's layers as a trainee: any network, the normalized layers synchronized over ranks.
 *
 * <p>{@link io.syncnorm.dl4j.layer.LayerTrainee} makes the steps of a {@link
 * io.syncnorm.dl4j.layer.TrainableNetwork}; a {@link
 * io.syncnorm.dl4j.layer.SyncBatchNormalizationLayer} in it asks the other ranks once in each
 * direction.
 *
 * <pre>
 * forward   x -> FeatureLayout -> GlobalNormalization: moments of all ranks -> xhat -> y
 * backward  dy -> GlobalNormalization: sums of all ranks -> dx; RunningStatistics as gradients
 * </pre>
 *
 * <p><b>Threads.</b> A network belongs to its rank's thread. Loading ND4J gives the JVM's OpenBLAS
 * one thread per core, which would slow ranks down: {@link io.syncnorm.dl4j.layer.Nd4jLibrary} sets
 * it back to one when it has loaded ND4J.
 *
 * <p><b>Imports.</b> Of ours {@code train}, {@code nn}, {@code data} and {@code config}; from
 * outside DL4J and ND4J. It knows no Spark but the hooks and loaders of DL4J's.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Who synchronizes binds the layers of a network and not the thread: a clone of the network,
 *       or another network that a listener evaluates on the same thread, then reaches no rank by
 *       accident. Layers are numbered by their place in the network and not by counting calls.
 *   <li>A layer computes in plain Java over {@code double[]}: moments, both gradient sums and their
 *       corrections are double anyhow, one pair of loops serves every shape, order and type, and
 *       copying blocks in and out costs less than the dozen ND4J operations it replaces.
 *   <li>With one rank a layer equals DL4J's own, peculiarities included: locked gamma and beta that
 *       count only together, masks that do not count, running statistics that pass through the
 *       updater as if they were gradients. Where DL4J's own fails (channels last with locked gamma
 *       and beta; recurrent and three-dimensional input), ours does what the formulas say.
 *   <li>Since running statistics pass through the updater, DL4J's gradient normalization and
 *       clipping changes their movement too, by each rank's own gradients: with it they are equal
 *       on all ranks only after a merge.
 *   <li>Where gradients are merged, so is what DL4J subtracts from running statistics, which is a
 *       part of its flat gradient: ranks have one model at all times, whichever of them normalize
 *       together. The updater is then told of a mini-batch of one row, since the mean over all rows
 *       is divided already.
 *   <li>Recalibration and telemetry look into the network of {@code nn}, which an {@code
 *       Architecture} describes; DL4J's networks have no such description: they do not say which
 *       weights feed a normalization, and keep one kind of running statistics, among their
 *       parameters, where recalibration may need two. The rows of a training master have streamed
 *       through the rank besides, and are gone. Recalibration is refused. The training master
 *       refuses telemetry; from the command line, where it is on by default, it does nothing.
 *   <li>Rows have no weights here, because neither a {@code DataSet} nor an IDX file brings any.
 *   <li>A rank without rows runs no forward pass, since DL4J has none for zero rows: it walks the
 *       synchronized layers and answers their exchanges.
 * </ul>
 */
package io.syncnorm.dl4j.layer;
