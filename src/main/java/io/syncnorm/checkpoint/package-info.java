/**
 * Checkpoints, from which training can resume, on local disks and on any file system that Hadoop
 * supports.
 *
 * <p>A {@link io.syncnorm.checkpoint.CheckpointOwner} identifies the model that a checkpoint
 * belongs to; {@link io.syncnorm.checkpoint.Checkpoints} writes and finds the checkpoints of one
 * model in a {@link io.syncnorm.files.Folder}, which {@link
 * io.syncnorm.checkpoint.CheckpointFolder} provides for runs. The callers, {@code experiment} for
 * runs and {@code ml} for fits, decide where training starts and how messages are worded.
 *
 * <p><b>Threads.</b> This package starts no threads.
 *
 * <p><b>Imports.</b> Of ours {@code train} and {@code config}, whose results and settings are
 * stored, and {@code files}; from outside only Hadoop's configuration, which is passed on to {@code
 * files}. No Spark: only the driver handles checkpoints.
 *
 * <p><b>Decisions.</b> A checkpoint is verified by its own SHA-256 and identifies its owner by
 * another one, over everything that decides what is trained. Those settings are also stored as
 * text, so that a rejection can name the differences; only the hash decides. If each rank keeps its
 * own optimizer, all of them are in the file. A checkpoint also contains all results so far, so
 * that a driver on another machine needs nothing else, and the model of the best epoch if it may
 * have to be returned.
 *
 * <p>Object stores rename by copying, which may be interrupted; the SHA-256 detects that, and the
 * previous checkpoint is used. Checkpoint folders outside the run directory have no lock: two
 * drivers of one run, on two machines, train the same model and write the same checkpoints, and at
 * worst one of them fails because the other replaced its file.
 *
 * <p>Every call to a folder has the deadline {@code checkpoint.timeout}. Training runs ahead of a
 * slow file system and waits for it at the end.
 *
 * <p>A checkpoint that cannot be written ends the training. Continuing without checkpoints could
 * lose hours to save an epoch: older checkpoints are removed only after a newer one is complete, so
 * only the current epoch is lost, and running the same command again resumes once there is disk
 * space.
 */
package io.syncnorm.checkpoint;
