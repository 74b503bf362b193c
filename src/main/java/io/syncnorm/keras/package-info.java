/**
 * Reading Sequential models of Keras 3 into networks of the fused engine: {@code .keras} archives
 * (JSON and HDF5 in a zip) and {@code .h5} files, whose layout Keras 2 has, too.
 *
 * <pre>
 * file      KerasFile: ArchiveFile (.keras) or LegacyFile (.h5), both over Hdf5 -> Variable
 * layers    LayerConfig -> ChainReader (WindowReader, ActivationReader) -> Architecture
 * weights   StateReader: Variables -> NetworkState
 * training  Compilation: loss, KerasOptimizer
 * all       KerasModel
 * </pre>
 *
 * <p><b>Threads.</b> One thread per file; what is read is immutable.
 *
 * <p><b>Imports.</b> Of ours {@code nn}; from outside jhdf, which reads HDF5 in plain Java, and
 * Jackson, both here only behind {@code Hdf5} and {@code LayerConfig}.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A model is read whole or refused: all its layers that cannot be trained are named in one
 *       message, and no setting that changes results is ignored.
 *   <li>Variables of an archive are found by the classes of the layers, as Keras does, because
 *       files of early versions do not have the layers' names.
 *   <li>A gamma, beta or output bias that a model leaves out starts at 1 or 0 and is trained: the
 *       fused engine always has them. The prediction of the model as it was saved is the same.
 *   <li>Images with channels first keep that order in rows; inside they have channels last.
 * </ul>
 */
package io.syncnorm.keras;
