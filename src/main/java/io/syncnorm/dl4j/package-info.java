/**
 * DL4J as model format, oracle and way to other networks: trained models are ordinary {@code
 * MultiLayerNetwork} zips that plain DL4J loads without our code, and any DL4J network trains with
 * synchronized batch normalization.
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
 * rank    start, rows of its partition -> EpochLoop: [ batch -> step ]* -> average -> report
 * engine  LayerTrainee: DL4J's layers in a SyncScope  |  FusedTrainee: nn over packed rows
 * </pre>
 *
 * <p><b>Threads.</b> Callers use one thread per model. Loading ND4J gives the JVM's OpenBLAS one
 * thread per core, which would slow ranks down: {@link io.syncnorm.dl4j.Nd4jLibrary} sets it back
 * to one when it has loaded ND4J.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code train}'s exception and the leaves below; from
 * outside Spark, DL4J and ND4J, with the Jackson that ND4J carries in its own name space, and of
 * javacpp what closes the handles of Keras' files.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Our own models write batch normalization with {@code useLogStd(false)}, so that the running
 *       variance stays what it was and is not rounded through log10(std). Zips hold no updater
 *       state: they are for prediction, and checkpoints are for going on.
 *   <li>Models of the configured network are written, and read where there is no other way, with
 *       the classes of DL4J's configurations alone: ND4J loads a native library that not every
 *       machine has, and a trained model must not be lost for it. What needs DL4J's layers asks
 *       {@link io.syncnorm.dl4j.Nd4jLibrary} first.
 *   <li>A zip's normalizer is part of its model. Whether it takes pixels or pixels / 255 is told by
 *       what it was fitted on: no feature of ours is above 1.
 *   <li>A scope binds the layers of a network and not the thread: a clone of the network, or
 *       another network that a listener evaluates on the same thread, then reaches no rank by
 *       accident. Layers are numbered by their place in the network and not by counting calls.
 *   <li>A layer computes in plain Java over {@code double[]}: moments, both gradient sums and their
 *       corrections are double anyhow, one pair of loops serves every shape, order and type, and
 *       copying blocks in and out costs less than the dozen ND4J operations it replaces.
 *   <li>With one rank a layer equals DL4J's own, peculiarities included: locked gamma and beta that
 *       count only together, masks that do not count, running statistics that pass through the
 *       updater as if they were gradients. Where DL4J's own fails (channels last with locked gamma
 *       and beta; recurrent and three-dimensional input), ours does what the formulas say.
 *   <li>Since running statistics pass through the updater, DL4J's gradient normalization and
 *       clipping changes their movement too, by each rank's own gradients: with it they are equal
 *       on all ranks only after a merge.
 *   <li>A rank without rows runs no forward pass, since DL4J has none for zero rows: it walks the
 *       synchronized layers and answers their exchanges.
 *   <li>Configurations are converted in a copy and layer by layer: JSON alone would not do, because
 *       DL4J reads {@code useLogStd} from the names of the parameters, which a configuration only
 *       has once its network was initialized.
 *   <li>A fit agrees on each step's rows as it goes, and plans nothing: counting rows beforehand
 *       would read the data twice, and holding them would bound it by a rank's memory. Rows keep
 *       the order of their partition; whoever wants another reorders the RDD.
 *   <li>The fused engine packs rows as floats on the heap, and Spark keeps them for the next epoch
 *       where its user has it keep the RDD itself: nothing else says that an RDD has the same rows
 *       when it is computed again. What cannot be trained is told by the packing too, so that
 *       labels that are not one-hot lead to DL4J's layers and not to an error.
 *   <li>The two engines agree, parameter by parameter, to rounding. So a bias before normalization
 *       is trained where there are several ranks: between merges each rank's own gradient of it is
 *       not zero. With Adam's state to be reset they would not, since DL4J's count of iterations
 *       goes on where ours starts again: that is left to DL4J's layers.
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
