/**
 * Trains DL4J's chains of layers with the fused engine of {@code train}: the networks it supports,
 * the mapping of parameters, and the packing of an RDD's rows.
 *
 * <pre>
 * network   FusedReader (FusedInput, FusedRules, FusedOutput) -> FusedChain: all but sizes of images
 *           FusedChain, sizes of a row -> FusedNetwork: Blueprint; flat vector to Snapshot and back
 * rows      PackedCache: data sets -> PackedPieces -> Spark's disks -> DealtData: a shard per rank
 * </pre>
 *
 * <p><b>Threads.</b> Rows are packed on executors; everything else is called by one thread of the
 * driver.
 *
 * <p><b>Imports.</b> Of ours {@code layer}, {@code spark} with {@code spark.source} and {@code
 * spark.shard}, {@code train} and the leaves below; from outside Spark, and of DL4J configurations
 * and updaters.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Rows are packed in blocks of about 4 MB and kept by Spark on disk, and a rank loads them
 *       into its shard: rows are in memory once, and beyond {@code data.memory} in files. A block's
 *       features are bytes where this keeps every bit of them (whole numbers up to 255, divided by
 *       255 or not), and floats otherwise; never sparse, since summing in another order would
 *       change the model.
 *   <li>The fused engine has images with channels last, and DL4J's are often channels first. Then
 *       the first layer reorders each row's values once; behind it, where images are flattened, the
 *       rows of the next weights have other places in DL4J's vector, and no value is moved.
 *   <li>A configuration of DL4J does not tell the size of images if it has no preprocessor. So rows
 *       are packed with the size that the first one has, and the network is completed afterwards.
 *   <li>Elu with another alpha than 1 is refused: DL4J computes its derivative as with alpha 1, and
 *       the engines would differ.
 *   <li>Rows stay in their partition, in their order. So they are not dealt in a shuffle, as rows
 *       of other sources are: packing gives each row its position.
 *   <li>Rows and shards are kept for the next epoch only if the user has persisted or checkpointed
 *       the RDD: nothing else guarantees that an RDD has the same rows when it is recomputed.
 *       Packing also reports rows that the fused engine cannot train on, so that labels that are
 *       not one-hot lead to DL4J's layers and not to an error.
 *   <li>The two engines agree on every parameter, up to rounding. Therefore a bias before
 *       normalization is trained if there are several ranks: between merges each rank's own
 *       gradient of it is not zero. When Adam's state is reset, its count of updates (DL4J's
 *       iteration count) continues, as in DL4J.
 * </ul>
 */
package io.syncnorm.dl4j.fused;
