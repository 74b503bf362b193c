/**
 * One rank's part of a run: steps, averaging, evaluation, epoch after epoch.
 *
 * <p>{@link io.syncnorm.train.RankTraining} is the loop, and the only one. It owns steps, merges,
 * clock, agreement, evaluation, telemetry, recalibration and reports, and knows neither the door
 * through which anybody came nor what it trains, but for a {@link io.syncnorm.train.Trainee}: the
 * network in fused loops ({@link io.syncnorm.train.FusedTrainee}), or DL4J's layers. A trainee owns
 * its rows, its passes and its optimizer. {@link io.syncnorm.train.Snapshot} is the only model in
 * motion and has the only codec; how far a training has come is a {@link
 * io.syncnorm.train.Progress}.
 *
 * <p>The package binds the mathematics ({@code nn}) to a communicator ({@code comm}), so that
 * neither knows the other, and the arrays in which {@link io.syncnorm.data.MiniBatches} leaves each
 * mini-batch to the {@link io.syncnorm.nn.MiniBatch} that passes through the network.
 *
 * <p><b>Threads.</b> A rank is one thread.
 *
 * <p><b>Steps.</b> Their number is planned where the ranks' rows are counted. DL4J's data sets
 * stream through a rank uncounted: there ranks add up the rows that they bring to each step, one
 * exchange of 8 bytes, and train while there are any. Telemetry and recalibration need a plan.
 *
 * <p><b>Imports.</b> Of ours {@code nn}, {@code comm}, {@code data} and {@code config}; nothing
 * from outside. It knows neither Spark nor files.
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
 * <p><b>Merging.</b> With {@code merge = gradients} ranks have one model at all times, by
 * construction; the merge at the end of an epoch asserts it by a hash of parameters and optimizer,
 * and {@code every}, {@code optimizer-state} and {@code outer} play no part. It sends the whole
 * gradient at every step, a hundred times what synchronized statistics send; in return the theorem
 * of parity holds for Adam too ({@code MergingTest}). Post-local SGD (Lin et al. 2020, "Don't Use
 * Large Mini-Batches, Use Local SGD") is the same for its first epochs. The outer optimizer's
 * velocity is part of the snapshot, and what ranks set out from is the snapshot's parameters, so
 * that a resumed run stays bit-identical.
 *
 * <p><b>Groups.</b> {@code group(1)} is {@code local} and {@code group(world)} is {@code global},
 * in the same code, so they cannot come to differ. Between them running statistics are equal within
 * a group, which each merge checks by an exchange of its own, and averaged over groups.
 *
 * <p><b>Recalibration</b> walks the first steps of an epoch as the step plan has them, rather than
 * exactly as many rows as configured: so no rank is ever left to normalize a single row unless
 * training is, too. It has a network of its own, since the buffers of the step's are cheap and its
 * reduction another. The next epoch resumes from the recalibrated statistics, but for {@code auto}:
 * there they are for predictions alone, and the snapshot keeps both kinds, so that a run that may
 * stop early has, where it does not, the very model that it would have had without. What decides is
 * how many steps the model that is returned will have: those of the whole run, or, where that may
 * stop early, those of each epoch's model. Both evaluations share pixels and the first layer's
 * products, which are nine tenths of the work. By counts, for 10,000 rows of MNIST: 40 of 235
 * steps, forward only, which is four tenths of a step, make 7 % of an epoch; the second evaluation
 * 1 %.
 *
 * <p><b>Telemetry</b> measures drift against the moments of all ranks whatever {@code sync} says,
 * so that figures compare; where these are not at hand ranks exchange them on the sampled steps,
 * under a tag of their own. Weights are compared with their plain mean, before the outer optimizer
 * moves it. All sums travel with the epoch's totals and the evaluation's. Without telemetry the
 * figures are NaN and take the same room: a record's length follows from the network alone.
 *
 * <p>Where rows have weights, a rank divides its gradient by the sum of its batch's weights, and
 * models merge by the sums of weights: the weighted mean of means is the mean over all ranks again.
 * A batch of weight zero makes no update.
 */
package io.syncnorm.train;
