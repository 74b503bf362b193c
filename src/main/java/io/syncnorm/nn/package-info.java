/**
 * The mathematics: chains of layers, batch normalization with statistics over all ranks, and the
 * loss, fused over flat {@code float[]} vectors.
 *
 * <p>An {@link io.syncnorm.nn.Architecture} describes a network as a list of {@link
 * io.syncnorm.nn.Layer}s. A {@link io.syncnorm.nn.network.Network} passes rows through them, each
 * in a {@code LayerPass}, forward beside backward.
 *
 * <p>All matrices are row-major {@code [rows, features]}. Images have their channels closest
 * together (NHWC): batch normalization and activations of images are then those of dense layers,
 * with positions as rows. The parameters of a network are in one flat vector, gradients in another
 * of the same layout ({@link io.syncnorm.nn.ParameterLayout}), so that an optimizer step and a
 * merge of models are one loop each. Buffers are allocated once for the largest batch; a training
 * step allocates nothing. In a step one {@link io.syncnorm.nn.MiniBatch} passes through a network:
 * features, labels and weights of any number of rows, which are not copied. A batch without rows
 * still takes part in every exchange.
 *
 * <p>The rows of a mini-batch are dense or sparse, as its creator says. Dense rows pass through the
 * first layer as a BLAS product; sparse ones in plain loops that touch only the weights of the
 * columns they have. The gradient vector stays dense: Adam moves every parameter in every step,
 * because its moments decay where the gradient is zero.
 *
 * <p><b>Threads.</b> A {@link io.syncnorm.nn.network.Network} belongs to one rank and one thread.
 * {@link io.syncnorm.nn.Blas} is shared and thread-safe.
 *
 * <p><b>Imports.</b> Nothing of ours: sums over ranks go through {@link
 * io.syncnorm.nn.RankReduction}, so that batch normalization is testable with a lambda. Outside
 * libraries: netlib's BLAS and, as its native library, bytedeco's OpenBLAS, which JavaCPP loads.
 *
 * <p><b>Decisions.</b> A dense layer in front of batch normalization has no bias: normalization
 * cancels it (Ioffe and Szegedy 2015, section 3.2). Its gradient would be rounding noise, which
 * Adam would turn into full steps that the running means follow. Sums over rows are computed in
 * double: one pass costs about 10 microseconds for a batch of 128 x 128, and with float sums the
 * equivalence of worlds would depend on the size of the shards. The parameter gradient of a dense
 * layer is handed to the reduction of the layer below, to be computed while messages travel: before
 * the optimizer nothing needs it.
 *
 * <p>{@link io.syncnorm.nn.Moments} and their drift are public, because the code that implements
 * the reduction inspects the values: the layers themselves do not depend on telemetry or
 * recalibration, and their arithmetic is the same with and without.
 */
package io.syncnorm.nn;
