/**
 * What training leaves behind so that it can go on: checkpoints, on local disks and on any file
 * system that Hadoop knows.
 *
 * <p>A {@link io.syncnorm.checkpoint.CheckpointOwner} says whose a checkpoint is, {@link
 * io.syncnorm.checkpoint.Checkpoints} writes and finds those of one model in a {@link
 * io.syncnorm.checkpoint.CheckpointFolder}. Where training starts and what its user is told is up
 * to who trains: {@code experiment} for runs, {@code ml} for fits.
 *
 * <p><b>Threads.</b> Nothing here has a thread of its own but {@link
 * io.syncnorm.checkpoint.TimedCall}, for each call.
 *
 * <p><b>Imports.</b> Of ours {@code train} and {@code config}, whose results and settings are kept,
 * and {@code files}; from outside Hadoop's {@code FileSystem} and {@code java.nio.channels}. No
 * Spark: a checkpoint is the driver's business alone.
 *
 * <p><b>Decisions.</b> A checkpoint is guarded by its own SHA-256 and names its owner by another
 * one, over all that decides what is trained. The same stands there in words, so that a refusal can
 * say which settings differ; only the hash decides. Where each rank keeps its own optimizer nothing
 * incomplete is gone on from, because the driver only ever sees rank 0's. It also holds all results
 * so far, so that it serves a driver that starts on another machine, with nothing else at hand, and
 * the model of the best epoch where one may have to be returned.
 *
 * <p>{@link io.syncnorm.checkpoint.CheckpointFolder} has two kinds. On local disks {@code java.nio}
 * writes: to the disk, then an atomic rename. Hadoop's local file system would leave {@code .crc}
 * files, and starts a {@code chmod} for each file. Everywhere else Hadoop writes: {@code hsync}
 * where there is one, then a rename. Object stores rename by copying, which may be cut short; the
 * SHA-256 finds that out, and the checkpoint before is used. No lock guards such a folder: two
 * drivers of one run, on two machines, train the same model and write the same checkpoints, and at
 * worst one of them ends because its file was taken from it.
 *
 * <p>Every call has the deadline {@code checkpoint.timeout}, because Hadoop's own add up to
 * minutes, and a dead mount has none. Training runs ahead of a slow file system and waits for it at
 * the end.
 *
 * <p>A checkpoint that cannot be written ends the training. Going on without any could lose hours
 * to save an epoch: older checkpoints are removed only after a newer one is safely there, so all
 * but the epoch at hand is kept, and the same again goes on once there is room.
 */
package io.syncnorm.checkpoint;
