/**
 * DL4J's layers as a trainee: trains any network, with batch normalization synchronized over ranks.
 *
 * <p>{@link io.syncnorm.dl4j.layer.LayerTrainee} makes the steps of a {@link
 * io.syncnorm.dl4j.layer.TrainableNetwork}; a {@link
 * io.syncnorm.dl4j.layer.SyncBatchNormalizationLayer} in it makes one exchange with the other ranks
 * in each direction.
 *
 * <pre>
 * forward   x -> FeatureLayout -> GlobalNormalization: moments of all ranks -> xhat -> y
 * backward  dy -> GlobalNormalization: sums of all ranks -> dx; RunningStatistics as gradients
 * </pre>
 *
 * <p><b>Threads.</b> A network is used by its rank's thread only. Loading ND4J sets OpenBLAS to one
 * thread per core, which would slow ranks down; {@link io.syncnorm.dl4j.layer.Nd4jLibrary} resets
 * it to one thread after loading ND4J.
 *
 * <p><b>Imports.</b> Of ours {@code train}, {@code nn}, {@code data}, {@code config} and {@code
 * model} for one exception; from outside DL4J and ND4J. It uses Spark only through DL4J's hooks and
 * loaders.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Synchronization is bound to the layers of a network and not to the thread. A clone of the
 *       network, or another network that a listener evaluates on the same thread, cannot reach
 *       other ranks by accident. Layers are numbered by their position in the network and not by
 *       counting calls.
 *   <li>A layer computes in plain Java over {@code double[]}: moments, both gradient sums and their
 *       corrections are double anyway, one pair of loops handles every shape, order and type, and
 *       copying blocks in and out costs less than the dozen ND4J operations that it replaces.
 *   <li>With one rank a layer equals DL4J's own, peculiarities included: locked gamma and beta that
 *       take effect only together, masks that have no effect, running statistics that pass through
 *       the updater as gradients. Where DL4J's own layer fails (channels last with locked gamma and
 *       beta; recurrent and three-dimensional input), this layer follows the formulas.
 *   <li>Since running statistics pass through the updater, DL4J's gradient normalization and
 *       clipping also affect them, differently on each rank. With these settings they are equal on
 *       all ranks only after a merge.
 *   <li>When gradients are merged, the changes of running statistics are merged too, because they
 *       are part of DL4J's flat gradient. All ranks then have the same model at all times,
 *       whichever of them normalize together. The updater receives a batch size of one, since the
 *       mean over all rows is already divided.
 *   <li>Recalibration and telemetry inspect the network of {@code nn}, which an {@code
 *       Architecture} describes. DL4J's networks have no such description: they do not define which
 *       weights feed a normalization, and they keep one set of running statistics, among their
 *       parameters, while recalibration may need two. The rows of a training master have also
 *       streamed through the rank, and are no longer available. Recalibration is rejected. The
 *       training master rejects telemetry; from the command line, where it is on by default, it has
 *       no effect.
 *   <li>Rows have no weights here, because neither a {@code DataSet} nor an IDX file contains any.
 *   <li>A rank without rows runs no forward pass, since DL4J cannot process zero rows. It iterates
 *       over the synchronized layers and takes part in their exchanges.
 * </ul>
 */
package io.syncnorm.dl4j.layer;
