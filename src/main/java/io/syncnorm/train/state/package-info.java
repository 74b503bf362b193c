/**
 * The state that each rank keeps for itself, beside the merged model that is the same on all: the
 * optimizer, with {@code optimizer-state = keep}, and inside an epoch the rank's part of it so far.
 *
 * <p>A {@link io.syncnorm.train.state.RankState} belongs to a rank, wherever that rank runs. Ranks
 * send it to the driver in {@link io.syncnorm.train.state.RankStateReport}s. The driver collects
 * those of a {@link io.syncnorm.train.state.Position} in {@link
 * io.syncnorm.train.state.RankStates}, which a checkpoint stores behind the snapshot. A {@link
 * io.syncnorm.train.state.FirstStepReport} says from which position the ranks have begun, a {@link
 * io.syncnorm.train.state.StepTimeReport} how long their steps take.
 *
 * <p><b>Threads.</b> {@code RankStates} is thread-safe: reports of all ranks arrive at the same
 * time.
 *
 * <p><b>Imports.</b> Of ours {@code data}, for the codec of vectors; nothing from outside.
 *
 * <p><b>Decisions.</b> A world of W ranks has W optimizers, each twice as large as the model for
 * Adam. So the driver has them in a file, receives them in parts, and never has more than one in
 * its heap. Only the ranks that need it receive a state.
 */
package io.syncnorm.train.state;
