/**
 * What training leaves behind so that it can resume: checkpoints, on local disks and on any file
 * system that Hadoop knows.
 *
 * <p>A {@link io.syncnorm.checkpoint.CheckpointOwner} says whose a checkpoint is, {@link
 * io.syncnorm.checkpoint.Checkpoints} writes and finds those of one model in a {@link
 * io.syncnorm.files.Folder}, which a run has from {@link io.syncnorm.checkpoint.CheckpointFolder}.
 * Where training starts and what its user is told is up to who trains: {@code experiment} for runs,
 * {@code ml} for fits.
 *
 * <p><b>Threads.</b> Nothing here has a thread of its own.
 *
 * <p><b>Imports.</b> Of ours {@code train} and {@code config}, whose results and settings are kept,
 * and {@code files}; from outside nothing, but that Hadoop's configuration passes through to {@code
 * files}. No Spark: a checkpoint is the driver's business alone.
 *
 * <p><b>Decisions.</b> A checkpoint is guarded by its own SHA-256 and names its owner by another
 * one, over all that decides what is trained. The same stands there in words, so that a refusal can
 * say which settings differ; only the hash decides. Where each rank keeps its own optimizer nothing
 * incomplete is gone on from, because the driver only ever sees rank 0's. It also holds all results
 * so far, so that it serves a driver that starts on another machine, with nothing else at hand, and
 * the model of the best epoch where one may have to be returned.
 *
 * <p>Object stores rename by copying, which may be cut short; the SHA-256 finds that out, and the
 * checkpoint before is used. No lock guards a folder elsewhere: two drivers of one run, on two
 * machines, train the same model and write the same checkpoints, and at worst one of them ends
 * because its file was taken from it.
 *
 * <p>Every call to a folder has the deadline {@code checkpoint.timeout}. Training runs ahead of a
 * slow file system and waits for it at the end.
 *
 * <p>A checkpoint that cannot be written ends the training. Going on without any could lose hours
 * to save an epoch: older checkpoints are removed only after a newer one is safely there, so all
 * but the epoch at hand is kept, and the same again goes on once there is room.
 */
package io.syncnorm.checkpoint;
