/**
 * DL4J and Keras networks from and to files: trained models are ordinary {@code MultiLayerNetwork}
 * zips that plain DL4J loads without our code, and any network from a file trains.
 *
 * <p>{@link io.syncnorm.dl4j.file.Dl4jModel} predicts, and {@link
 * io.syncnorm.dl4j.file.NetworkFile} is trained; all else is theirs.
 *
 * <p><b>Threads.</b> Callers use one thread per model.
 *
 * <p><b>Imports.</b> Of ours {@code dl4j} to convert networks, {@code layer} and {@code fused},
 * {@code train} and the leaves below; from outside DL4J and ND4J, with the Jackson that ND4J
 * carries in its own name space, and of javacpp what closes the handles of Keras' files.
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
 *       {@link io.syncnorm.dl4j.layer.Nd4jLibrary} first.
 *   <li>A zip's normalizer is part of its model. Whether it takes pixels or pixels / 255 is told by
 *       what it was fitted on: no feature of ours is above 1.
 * </ul>
 */
package io.syncnorm.dl4j.file;
