/**
 * Runs as their users see them: the models to train, the run directory they end in, the figures and
 * pictures that are left there.
 *
 * <p><b>Threads.</b> A run belongs to one thread; epochs are heard one after the other on another,
 * while it waits for the training job.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code dl4j}, {@code report} and what lies below them;
 * nothing from outside but Spark's context.
 *
 * <p><b>Decisions.</b> A run directory is named by what decides its outcome: the effective
 * configuration, with {@code world = auto} counted out, and the command. Files appear whole: each
 * is written under a temporary name and renamed. The lock is the operating system's, so it ends
 * with its process, however that ends.
 *
 * <p>A checkpoint is guarded by its own SHA-256 and names its run by another one, over the model's
 * configuration and the data files' hashes: paths alone would let a run go on with data that has
 * changed. The keys {@code checkpoint.*} are left out of both that and the directory's name, since
 * they decide nothing of the outcome. A model that is complete is taken over like any other: its
 * last checkpoint is its model. Where each rank keeps its own optimizer nothing incomplete is gone
 * on from, because the driver only ever sees rank 0's.
 *
 * <p>Checkpoints are written through {@code java.nio}, as all of a run directory is, and not
 * through Hadoop's file systems: the directory is locked by the operating system, and object stores
 * know neither that lock nor an atomic rename. A mounted folder serves where the driver moves.
 */
package io.syncnorm.experiment;
