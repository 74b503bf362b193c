/**
 * The mathematics: dense layers, batch normalization with statistics over all ranks, activations,
 * loss and optimizers, fused over flat {@code float[]} vectors.
 *
 * <p>All matrices are row-major {@code [rows, features]}. Parameters of a whole network lie in one
 * flat vector, gradients in another of the same layout ({@link io.syncnorm.nn.ParameterLayout}), so
 * that an optimizer step and a merge of models are one loop each. Buffers are made once for the
 * largest batch; a training step allocates nothing. What passes through a network in a step is one
 * {@link io.syncnorm.nn.MiniBatch}: features, labels and weights where they lie, of any number of
 * rows. Without rows it still takes part in every exchange.
 *
 * <p><b>Threads.</b> A {@link io.syncnorm.nn.Network} belongs to one rank and one thread. {@link
 * io.syncnorm.nn.Blas} is shared and safe.
 *
 * <p><b>Imports.</b> Nothing of ours: sums over ranks are asked for through {@link
 * io.syncnorm.nn.RankReduction}, so that batch normalization is testable with a lambda. Outside
 * libraries: netlib's BLAS and the OpenBLAS that it is given (bytedeco, with JNA to ask it for its
 * kernel).
 *
 * <p><b>Decisions.</b> A dense layer in front of batch normalization has no bias: normalization
 * takes it out again (Ioffe and Szegedy 2015, section 3.2), and Adam would turn the rounding noise
 * that is its gradient into full steps, which the running means then chase. Sums over rows are
 * taken in double: one pass costs about 10 microseconds for a batch of 128 x 128, and float sums
 * would make the parity of worlds depend on the size of the shards.
 *
 * <p>{@link io.syncnorm.nn.Moments} and their drift are public, because who binds the reduction
 * looks at what passes through it: the layers themselves know nothing of telemetry or
 * recalibration, and their arithmetic is the same with and without.
 */
package io.syncnorm.nn;
