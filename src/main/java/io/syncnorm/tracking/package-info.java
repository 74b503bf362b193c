/**
 * The figures of a run where people look for them: TensorBoard event files, an MLflow server and
 * Spark's own metrics, while it trains.
 *
 * <p><b>Flow.</b> {@link io.syncnorm.tracking.TensorBoard}, {@link io.syncnorm.tracking.Mlflow} and
 * {@link io.syncnorm.tracking.SparkMetrics} are listeners of a run. What they write is a copy:
 * {@code metrics.csv} stays the record, and a run goes on where a copy cannot be made.
 *
 * <p><b>Threads.</b> A listener belongs to one run, whose calls come one after the other.
 *
 * <p><b>Imports.</b> Of ours {@code experiment}, whose runs they listen to, and the records of
 * {@code report}, {@code config} and {@code train}; from outside MLflow's client, Spark's metrics
 * system and the library under it.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Event files are written by our own code: two messages of a dozen fields, framed as
 *       TFRecords. TensorFlow's own libraries for Java are a hundred megabytes, and protobuf is not
 *       the same on every Spark's class path. The tests read the files with TensorFlow's classes.
 *   <li>A model that goes on from a checkpoint gets a new event file with its whole history, and
 *       the old one is removed: each epoch is there once.
 *   <li>MLflow's client is 8.6 MB and few need it: it is on the class path of {@code
 *       submit/local.sh} and in no jar. A cluster gets it by {@code --packages}. It speaks to
 *       servers only; folders ({@code file:}) have no client in Java and are refused.
 *   <li>An MLflow run is found again by a tag with the name of the run directory, so that a run
 *       that was interrupted, or is scheduled every night, is there once. Its params are the
 *       settings that decide what is trained, because MLflow refuses another value of a param; what
 *       may be another at the next start (checkpoints, the deadline of loading) is a tag.
 *   <li>MLflow's calls are made one after the other on a thread of their own. A call that is
 *       refused is dropped and the next one made, so that a run has its metrics and its status
 *       whatever became of its params. While the server is away calls wait, and what it did not get
 *       by the end of the run it gets when the same command runs again.
 *   <li>Spark's metrics are always on: without a sink they cost nothing. They tell of the last
 *       epoch of the application whatever its run, because names of runs would grow without end in
 *       a grid. Spark's public way in, a plugin, must be named before the context starts; the
 *       metrics system itself is there in any context.
 * </ul>
 */
package io.syncnorm.tracking;
