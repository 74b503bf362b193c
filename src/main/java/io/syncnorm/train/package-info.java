/**
 * One rank's part of a run: in each epoch steps, merging and evaluation.
 *
 * <p>{@link io.syncnorm.train.RankTraining} is the loop, and the only one. It owns steps, merges,
 * clock, agreement, evaluation, telemetry, recalibration and reports, and depends neither on the
 * door that started it nor on the kind of network. The network is a {@link
 * io.syncnorm.train.Trainee}: fused loops ({@link io.syncnorm.train.FusedTrainee}) or DL4J's
 * layers. A trainee owns its rows, its passes and its optimizer. A {@link
 * io.syncnorm.train.Snapshot} is the only form in which a model is sent or stored, and has the only
 * codec. The progress of a training is a {@link io.syncnorm.train.Progress}. What ranks keep for
 * themselves is beside the snapshot, in {@code train.state}; what they measure, in {@code
 * train.telemetry}.
 *
 * <p>The package binds the mathematics ({@code nn}) to a communicator ({@code comm}), so that
 * neither depends on the other, and the arrays that {@link io.syncnorm.data.shard.MiniBatches}
 * fills to the {@link io.syncnorm.nn.MiniBatch} that passes through the network.
 *
 * <p><b>Threads.</b> A rank is one thread.
 *
 * <p><b>Steps.</b> If the ranks' rows are counted, the number of steps is planned. DL4J's data sets
 * stream through a rank uncounted: the ranks then sum their rows before each step, in one exchange
 * of 8 bytes, and train while the sum is not zero. Telemetry and recalibration need a plan.
 *
 * <p><b>Waiting.</b> While a rank waits for the sums of batch normalization, it computes the
 * parameter gradient of the layer above, and then loads the features of the next mini-batch as far
 * as there is time. What is computed and in which order values are added stays the same, so models
 * are bit-identical. The gradient of one layer is one matrix product, because a part of a product
 * may round differently; so of the rounds of an exchange a large layer hides only the first. That
 * is 0.2 % of a step of 784-3x2048-10.
 *
 * <p><b>Imports.</b> Of ours {@code nn}, {@code comm}, {@code data} and {@code config}; nothing
 * from outside. It uses neither Spark nor files.
 *
 * <p><b>Decisions.</b> Training loss and accuracy are those of the epoch's mini-batches at the time
 * they were trained on, as in Keras: they cost nothing, and lag behind the test figures. With
 * {@code averaging.every = "k steps"} the models also merge at the end of the epoch, because
 * evaluation needs one model. Synchronized running statistics are never averaged: they are equal by
 * construction, and each merge checks it. With {@code sync = local} they differ, and are averaged
 * like parameters, as in DL4J's own master. The merged count of updates (Adam's t) is the largest
 * of the ranks': a rank that ran out of rows would otherwise shrink the bias correction of the
 * others.
 *
 * <p><b>Merging.</b> With {@code merge = gradients} ranks have one model at all times, by
 * construction; the merge at the end of an epoch asserts it by a hash of parameters and optimizer,
 * and {@code every}, {@code optimizer-state} and {@code outer} have no effect. It sends the
 * complete gradient at every step, a hundred times as much as synchronized statistics; in return
 * training is equivalent to a single process for Adam, too ({@code MergingTest}). Post-local SGD
 * (Lin et al. 2020, "Don't Use Large Mini-Batches, Use Local SGD") merges gradients in its first
 * epochs. The outer optimizer's velocity is part of the snapshot, and ranks start from the
 * snapshot's parameters, so that a resumed run stays bit-identical.
 *
 * <p><b>Pauses.</b> Rank 0 hears of the driver's wish to pause, at any time. The wish is part of
 * the agreement of the next merge, so all ranks end at the same position, after they have reported
 * what to resume from. It changes nothing in what is trained.
 *
 * <p><b>Groups.</b> {@code group(1)} is {@code local} and {@code group(world)} is {@code global},
 * in the same code, so their results cannot differ. For other sizes running statistics are equal
 * within a group, which each merge checks in an exchange of its own, and are averaged over groups.
 *
 * <p><b>Recalibration</b> uses the first planned steps of an epoch rather than exactly the
 * configured number of rows, so that a rank never normalizes a single row unless it does in
 * training, too. It has a network of its own, because buffers are cheap and its reduction differs.
 * The next epoch resumes from the recalibrated statistics, except with {@code auto}: there they are
 * used for predictions only, and the snapshot keeps both kinds, so that a run that could stop early
 * but does not has the same model as without early stopping. Whether to recalibrate depends on the
 * number of steps of the returned model: those of the complete run or, with early stopping, those
 * up to each epoch. Both evaluations share features and the first layer's products, which are nine
 * tenths of the work. By operation counts, for 10,000 rows of MNIST: 40 of 235 steps, forward only,
 * which is four tenths of a step, make 7 % of an epoch; the second evaluation 1 %.
 *
 * <p><b>Telemetry</b> measures drift against the moments of all ranks for every {@code sync}, so
 * that figures are comparable. If {@code sync} does not compute these moments, ranks exchange them
 * on the sampled steps, under a tag of their own. Weights are compared with their plain mean,
 * before the outer optimizer's step. All sums are exchanged with the epoch's totals and the
 * evaluation's. Without telemetry the figures are NaN and take the same number of bytes: a record's
 * length depends on the network only.
 *
 * <p>If rows have weights, a rank divides its gradient by the sum of its batch's weights, and
 * models merge by the sums of weights: the weighted mean of means is then the mean over all rows. A
 * batch of weight zero makes no update.
 */
package io.syncnorm.train;
