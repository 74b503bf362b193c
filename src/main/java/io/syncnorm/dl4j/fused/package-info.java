/**
 * DL4J's dense networks in the fused engine, {@code train}'s own: what of a network it can train,
 * where each value lies on either side, and an RDD's rows packed for it.
 *
 * <pre>
 * network   FusedReader (FusedRules) -> FusedNetwork: Blueprint; flat vector to Snapshot and back
 * rows      PackedCache -> PackedRows, one a rank
 * </pre>
 *
 * <p><b>Threads.</b> Rows are packed on executors; all else is called by one thread of the driver.
 *
 * <p><b>Imports.</b> Of ours {@code layer}, {@code spark}, {@code train} and the leaves below; from
 * outside Spark, and of DL4J configurations and updaters.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Rows are packed as floats on the heap, and Spark keeps them for the next epoch where its
 *       user has it keep the RDD itself: nothing else says that an RDD has the same rows when it is
 *       computed again. What cannot be trained is told by the packing too, so that labels that are
 *       not one-hot lead to DL4J's layers and not to an error.
 *   <li>The two engines agree, parameter by parameter, to rounding. So a bias before normalization
 *       is trained where there are several ranks: between merges each rank's own gradient of it is
 *       not zero. Where Adam's state is reset its count of updates, which is DL4J's of iterations,
 *       continues, as in DL4J.
 * </ul>
 */
package io.syncnorm.dl4j.fused;
