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
 */
package io.syncnorm.experiment;
