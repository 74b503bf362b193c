/**
 * Metrics of a run for external tools: TensorBoard event files, an MLflow server and Spark's
 * metrics, updated during training.
 *
 * <p><b>Flow.</b> {@link io.syncnorm.tracking.TensorBoard}, {@link io.syncnorm.tracking.Mlflow} and
 * {@link io.syncnorm.tracking.SparkMetrics} are listeners of a run. They write copies: {@code
 * metrics.csv} is the record, and a run continues if a copy cannot be written.
 *
 * <p><b>Threads.</b> A listener belongs to one run, which calls it sequentially.
 *
 * <p><b>Imports.</b> Of ours {@code experiment}, whose runs they listen to, and the records of
 * {@code report}, {@code config} and {@code train}; from outside MLflow's client, Spark's metrics
 * system and its metrics library.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Event files are written by our own code: two messages of a dozen fields, framed as
 *       TFRecords. TensorFlow's own libraries for Java are a hundred megabytes, and the protobuf
 *       version on the class path depends on the Spark distribution. The tests read the files with
 *       TensorFlow's classes.
 *   <li>A model that resumes from a checkpoint gets a new event file with its full history, and the
 *       old one is removed, so that each epoch appears once.
 *   <li>MLflow's client is 8.6 MB and few users need it: it is on the class path of {@code
 *       submit/local.sh} and in no jar. On a cluster, add it with {@code --packages}. It connects
 *       to servers only; folders ({@code file:}) have no Java client and are rejected.
 *   <li>An MLflow run is identified by a tag with the name of the run directory, so that a run that
 *       was interrupted, or is scheduled every night, appears once. Its params are the settings
 *       that decide what is trained, because MLflow rejects a changed param; settings that may
 *       change at the next start (checkpoints, the loading deadline) are tags.
 *   <li>Calls to MLflow are made sequentially on a separate thread. A rejected call is dropped and
 *       the next one is made, so that a run has its metrics and status even if its params were
 *       rejected. While the server is unavailable calls are queued, and those not sent by the end
 *       of the run are sent when the same command runs again.
 *   <li>Spark's metrics are always on: without a sink they cost nothing. They show the last epoch
 *       of the application regardless of its run, because the number of run names in a grid is
 *       unbounded. Spark's public extension point, a plugin, must be configured before the context
 *       starts; the metrics system itself is available in any context.
 * </ul>
 */
package io.syncnorm.tracking;
