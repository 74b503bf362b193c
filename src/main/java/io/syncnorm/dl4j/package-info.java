/**
 * DL4J as model format, oracle and way to other networks: trained models are ordinary {@code
 * MultiLayerNetwork} zips that plain DL4J loads without our code.
 *
 * <p><b>Threads.</b> Callers use one thread per model. Loading ND4J gives the JVM's OpenBLAS one
 * thread per core, which would slow ranks down: {@link io.syncnorm.dl4j.Dl4jModel} sets it back to
 * one wherever it may have loaded ND4J.
 *
 * <p><b>Imports.</b> Of ours {@code nn} and {@code config}; from outside DL4J and ND4J.
 *
 * <p><b>Decisions.</b> Batch normalization is written with {@code useLogStd(false)}, so that the
 * running variance stays what it was and is not rounded through log10(std). Zips hold no updater
 * state: they are for prediction, and checkpoints are for going on.
 */
package io.syncnorm.dl4j;
