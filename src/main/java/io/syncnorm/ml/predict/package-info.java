/**
 * What a trained model does: predicts a DataFrame's rows in blocks, and appends the predictions as
 * columns; writes itself for other programs.
 *
 * <p><b>Threads.</b> An iterator is used by its task's thread only; everything else is immutable.
 *
 * <p><b>Imports.</b> Of ours {@code nn}, {@code onnx}, {@code files}, and {@code spark} for Scala's
 * collections and plans; from outside spark-mllib's vectors and Catalyst. The estimator and its
 * model use this package; it depends on neither. {@link io.syncnorm.ml} explains why rows are
 * predicted in blocks, and with Catalyst's own nodes.
 */
package io.syncnorm.ml.predict;
