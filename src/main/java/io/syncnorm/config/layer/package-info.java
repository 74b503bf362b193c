/**
 * The value of {@code model.layers}: a list of layers with their settings, read from and written as
 * HOCON.
 *
 * <p><b>Threads.</b> Everything public is immutable or stateless and may be used from any thread.
 *
 * <p><b>Imports.</b> Nothing of ours. Outside: typesafe-config, whose values know the line in which
 * they were written.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>The records repeat the settings of {@code nn}'s layers, because a configuration is a leaf
 *       and leaves do not import each other. They differ where a person may leave something open: a
 *       bias that depends on the next layer, settings of batch normalization that all layers share.
 *       {@code train} closes them.
 *   <li>A layer is a word, or an object whose settings include one that is named after the layer. A
 *       list reads from top to bottom like the network; a name for each setting keeps it readable
 *       without a manual.
 *   <li>The text of a list leaves out what has its default, so two spellings of one network have
 *       one hash.
 *   <li>Whether layers fit together depends on the rows, which are not known here: {@code nn}
 *       checks it.
 *   <li>Each wrong layer is one fault, so that a list is corrected in one go.
 * </ul>
 */
package io.syncnorm.config.layer;
