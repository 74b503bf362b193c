/**
 * Trained networks as ONNX files, for every program that computes ONNX.
 *
 * <pre>
 * architecture, parameters, scaling -> nodes -> protobuf -> file -> protobuf -> nodes -> architecture ...
 * </pre>
 *
 * <p>{@link io.syncnorm.onnx.OnnxNetwork} writes and reads a file. {@code GraphWriter} and {@code
 * GraphReader} translate layers and nodes; the records named {@code ...Proto} are ONNX's messages
 * of that name, with the fields that are used here.
 *
 * <p><b>Threads.</b> Everything is used by one thread.
 *
 * <p><b>Imports.</b> Of ours {@code nn}; no outside library.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>The wire format is written and read here, in {@code ProtoMessage} and {@code ProtoReader}.
 *       ONNX's own classes ({@code onnx.Onnx}) come with ND4J, and need its copy of protobuf, of
 *       which the job jar holds only a part. The slim jar has neither; a copy of its own would be
 *       145 generated classes and the runtime of protobuf, for eight messages. Tests read what is
 *       written here with those classes, and the other way round.
 *   <li>Opset 13, IR version 7 (ONNX 1.8, November 2020): the first with today's Softmax. Newer
 *       programs read it, and no layer needs a later one.
 *   <li>The graph's input is what {@code predict} gives to a network: rows of features {@code
 *       [batch, features]}. Standardization is part of the graph; the division of image bytes by
 *       255 is not, because it belongs to the reading of rows, as with {@code model.zip}.
 *   <li>Dropout and the identity are left out. Padding "same" is written as numbers, which the size
 *       of the image fixes. So the architecture that is read computes the same as the one that was
 *       written, but is not always equal to it.
 *   <li>Only what is written here is read: other operators, attributes or opsets are refused with
 *       the name of the node. Guessing at files of other programs would give wrong predictions.
 * </ul>
 */
package io.syncnorm.onnx;
