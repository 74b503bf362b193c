/**
 * Trained networks as runs store and use them, whatever their files are: {@link
 * io.syncnorm.model.TrainedModel} predicts, and {@link io.syncnorm.model.RunModel} is what a run
 * writes.
 *
 * <p>What the fused engine computes is an {@link io.syncnorm.model.EngineModel}; {@link
 * io.syncnorm.model.OnnxModel} needs nothing else. Zips of DL4J's networks, and networks from
 * files, need DL4J, which exists for Scala 2.12 only: {@link io.syncnorm.model.Dl4j} is what they
 * offer, and {@code dl4j.file} implements it.
 *
 * <p><b>Threads.</b> Callers use one thread per model.
 *
 * <p><b>Imports.</b> Of ours {@code onnx}, {@code train} and the leaves below; nothing from
 * outside. The packages of DL4J import this one, never the reverse: a build without them, for Spark
 * 4, compiles everything else.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>The implementation is a service of {@link java.util.ServiceLoader}, so no class of the
 *       commands names a class of DL4J's packages, and a build decides by its class path alone.
 *   <li>Without DL4J a run stores {@code model.onnx} in place of {@code model.zip}, and reads it.
 *   <li>A model is sent as its network and parameters, and each task opens one of its own, because
 *       networks keep buffers for one thread.
 * </ul>
 */
package io.syncnorm.model;
