/**
 * Synchronized batch normalization for any DL4J network, and the training master of DL4J's Spark
 * networks.
 *
 * <p>{@link io.syncnorm.dl4j.SyncBatchNorm} exchanges batch normalization in a network for {@link
 * io.syncnorm.dl4j.SyncBatchNormalization} and back; a {@link io.syncnorm.dl4j.SyncScope} tells the
 * layers of one rank's network which ranks to synchronize with.
 *
 * <p>{@link io.syncnorm.dl4j.SyncBatchNormTrainingMaster} does all of it for DL4J's Spark networks.
 * A fit goes
 *
 * <pre>
 * driver  network -> engine chosen -> start sent out -> [ barrier job ] -> network, listeners
 * rank    start, rows of its partition -> RankTraining: [ batch -> step ]* -> average -> report
 * engine  LayerTrainee: DL4J's layers, synchronized  |  FusedTrainee: nn over packed rows
 * </pre>
 *
 * <p>What computes is in {@code layer} and {@code fused}; networks from and to files are in {@code
 * file}.
 *
 * <p><b>Threads.</b> Callers use one thread per network.
 *
 * <p><b>Imports.</b> Of ours {@code layer} and {@code fused}, {@code spark}, {@code train} and the
 * leaves below; from outside Spark, DL4J and ND4J, with the Jackson that ND4J carries in its own
 * name space.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>{@code SyncBatchNormalization} stays in this package: its name is written into
 *       configurations.
 *   <li>Configurations are converted in a copy and layer by layer: JSON alone would not do, because
 *       DL4J reads {@code useLogStd} from the names of the parameters, which a configuration only
 *       has once its network was initialized.
 *   <li>A fit agrees on each step's rows as it goes, and plans nothing: counting rows beforehand
 *       would read the data twice, and holding them would bound it by a rank's memory. Rows keep
 *       the order of their partition; whoever wants another reorders the RDD.
 *   <li>A training master's settings are a run's configuration: no default is written twice, and
 *       faults are told in the same words.
 *   <li>What goes over several epochs is the caller's, since one fit is one epoch: {@code
 *       training.early-stopping} is refused like {@code training.epochs}, and DL4J's {@code
 *       SparkEarlyStoppingTrainer} stops a row of fits.
 *   <li>A fit's listeners hear of it on the driver, with the merged network: copies on the ranks,
 *       as DL4J's own master makes of them, could not tell their owner anything. Listeners that
 *       route to a storage are made for ranks.
 * </ul>
 */
package io.syncnorm.dl4j;
