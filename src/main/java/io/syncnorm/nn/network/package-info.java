/**
 * The passes of a network's layers, forward beside backward, and their chain.
 *
 * <p>A {@link io.syncnorm.nn.network.Network} passes mini-batches through the layers of an {@link
 * io.syncnorm.nn.Architecture}. Each layer is a {@code LayerPass}; {@code Chain} joins them and
 * decides which arrays may be overwritten; {@code Backpropagation} carries the gradient back. A
 * first layer with weights reads the rows of a mini-batch where they are.
 *
 * <p>Buffers are allocated once for the largest batch, those of gradients with the first backward
 * pass; a warm step allocates nothing.
 *
 * <p><b>Threads.</b> A network belongs to one rank and one thread.
 *
 * <p><b>Imports.</b> {@code nn} alone.
 *
 * <p><b>Decisions.</b> Images have their channels closest together (NHWC): then normalization and
 * activations are those of dense layers, with positions as rows, and the windows of a convolution
 * are segments that are copied as they are. A convolution is a product with copied windows, in
 * pieces that stay in the second-level cache. With few filters it takes several neighbouring
 * outputs as one with more filters, whose window is a little wider: products with 8 columns reach a
 * fraction of the speed of those with 32, and fewer values are copied twice. Convolutions in loops
 * of Java are not faster, even for one channel: they reach less than half the speed of sgemm.
 *
 * <p>ReLU before max pooling is computed after it, of a quarter of the values, and normalization as
 * one with it ({@code PooledBatchNorm}): all pixels count in the statistics, but only the pooled
 * ones are normalized and scaled, and summed in the backward pass. The winners of max pooling are
 * found value by value, without branches: with vector instructions over whole lines, which compare
 * twice as many pixels and then have to be thinned out, it took as long.
 *
 * <p>Sums over the positions of images are added in double, but for at most eight values of one
 * image, which are added in float by vector instructions: plain sums in double would take as long
 * as the convolutions. So what an image adds to the moments does not depend on its rank, and the
 * error does not grow with the batch. Deviations are taken from the mean, as everywhere.
 *
 * <p>Dropout draws by a hash of the position in the run and of the value's place in the batch, so
 * that a run that resumes drops the same values.
 */
package io.syncnorm.nn.network;
