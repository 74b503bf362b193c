/**
 * Synchronized batch normalization for any DL4J network, and the training master of DL4J's Spark
 * networks.
 *
 * <p>{@link io.syncnorm.dl4j.SyncBatchNorm} replaces batch normalization in a network with {@link
 * io.syncnorm.dl4j.SyncBatchNormalization} and back. A {@link io.syncnorm.dl4j.SyncScope} connects
 * the layers of one rank's network with the other ranks.
 *
 * <p>{@link io.syncnorm.dl4j.SyncBatchNormTrainingMaster} does both for DL4J's Spark networks. The
 * stages of a fit:
 *
 * <pre>
 * driver  network -> choice of engine -> snapshot -> [ barrier job ] -> network, listeners
 * rank    snapshot, rows of its partition -> RankTraining: [ batch -> step ]* -> average -> report
 * engine  LayerTrainee: DL4J's layers, synchronized  |  FusedTrainee: nn over packed rows
 * </pre>
 *
 * <p>The engines are in {@code layer} and {@code fused}; reading and writing network files is in
 * {@code file}.
 *
 * <p><b>Threads.</b> Callers use one thread per network.
 *
 * <p><b>Imports.</b> Of ours {@code layer} and {@code fused}, {@code spark} and {@code
 * spark.shard}, {@code train} and the leaves below; from outside Spark, DL4J and ND4J, with the
 * Jackson that ND4J carries in its own name space.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>{@code SyncBatchNormalization} must stay in this package: saved configurations contain its
 *       class name.
 *   <li>Configurations are copied and converted layer by layer. Converting their JSON would not be
 *       enough: DL4J derives {@code useLogStd} from the names of the parameters, which a
 *       configuration has only after its network was initialized.
 *   <li>DL4J's layers read data sets as they train, and ranks agree on the rows of each step during
 *       the fit, without a plan: counting rows beforehand would read the data twice. The fused
 *       engine packs rows before the fit, which counts them. Rows keep the order of their
 *       partition; to change it, reorder the RDD.
 *   <li>A training master's settings are a run's configuration: no default is written twice, and
 *       errors have the same wording.
 *   <li>One fit is one epoch, so the caller controls everything that spans several epochs: {@code
 *       training.early-stopping} and {@code training.epochs} are rejected, and DL4J's {@code
 *       SparkEarlyStoppingTrainer} stops a series of fits.
 *   <li>Listeners are called on the driver, with the merged network. Copies on the ranks, as DL4J's
 *       own master makes them, could not report to their owner. Listeners that route to a storage
 *       are designed to run on ranks.
 * </ul>
 */
package io.syncnorm.dl4j;
