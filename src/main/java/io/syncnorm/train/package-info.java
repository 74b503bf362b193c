/**
 * One rank's part of a run: steps, averaging, evaluation, epoch after epoch.
 *
 * <p>{@link io.syncnorm.train.RankTraining} is the loop. It binds the mathematics ({@code nn}) to a
 * communicator ({@code comm}), so that neither knows the other.
 *
 * <p><b>Threads.</b> A rank is one thread.
 *
 * <p><b>Imports.</b> Of ours {@code nn}, {@code comm}, {@code data} and {@code config}; nothing
 * from outside but the logging interface. It knows neither Spark nor files.
 *
 * <p><b>Decisions.</b> Training loss and accuracy are those of the epoch's mini-batches as they
 * were trained on, like Keras reports them: they cost nothing, and lag behind the test figures.
 * With {@code averaging.every = "k steps"} the models also merge at the end of the epoch, because
 * what is evaluated must be one model. Running statistics are never averaged where they are
 * synchronized: they are equal by construction, and each merge checks it. With {@code sync = local}
 * they differ, and are averaged like parameters, as DL4J's own master does. The merged count of
 * updates (Adam's t) is the largest of the ranks': a rank that ran out of rows would otherwise
 * shrink the bias correction of the others.
 *
 * <p>Where rows have weights, a rank divides its gradient by the sum of its batch's weights, and
 * models merge by the sums of weights: the weighted mean of means is the mean over all ranks again.
 * A batch of weight zero makes no update.
 */
package io.syncnorm.train;
