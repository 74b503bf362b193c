/**
 * Reading and writing DL4J and Keras network files. Trained models are ordinary {@code
 * MultiLayerNetwork} zips that plain DL4J loads without SyncNorm, and any network from a file can
 * be trained.
 *
 * <p>{@link io.syncnorm.dl4j.file.Dl4jModel} stores what was trained and predicts, and {@link
 * io.syncnorm.dl4j.file.NetworkFile} is for training. The commands reach both by {@link
 * io.syncnorm.dl4j.file.Dl4jFiles}.
 *
 * <p><b>Threads.</b> Callers use one thread per model.
 *
 * <p><b>Imports.</b> Of ours {@code dl4j} to convert networks, {@code layer} and {@code fused},
 * {@code keras}, {@code model}, {@code onnx}, {@code train} and the leaves below; from outside DL4J
 * and ND4J, with the Jackson that ND4J carries in its own name space.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Models are written with {@code useLogStd(false)}, so that the running variance is stored
 *       exactly and not rounded through log10(std). Zips hold no updater state: they are for
 *       prediction, while checkpoints are for resuming.
 *   <li>Models of the configured network are written, and read if necessary, with DL4J's
 *       configuration classes only: a trained model must not be lost because a machine lacks ND4J's
 *       native library. Code that needs DL4J's layers calls {@link
 *       io.syncnorm.dl4j.layer.Nd4jLibrary} first.
 *   <li>Names of classes are an entry of their own, {@code labels.json}, which plain DL4J ignores.
 *       The standardization of training rows is DL4J's own {@code normalizer.bin}, so that plain
 *       DL4J predicts the same; its bytes are written and read without ND4J's native library.
 *   <li>A model is sent as configuration and parameters, and each task opens one of its own,
 *       because networks keep buffers for one thread.
 *   <li>A network from a file trains in the fused engine where that supports it, and is written as
 *       the network that was read, in its own format. So it needs DL4J's layers on the driver only.
 *   <li>A model of Keras 3 becomes the DL4J network of the same layers, and is one from then on.
 *       Models of Keras 2 go through DL4J's importer, which knows more layers; only their weights
 *       are read by {@code keras}, without HDF5's native library.
 *   <li>A zip's normalizer is part of its model. Its ranges show whether it was fitted on pixels or
 *       on pixels / 255, because no feature of SyncNorm is above 1.
 * </ul>
 */
package io.syncnorm.dl4j.file;
