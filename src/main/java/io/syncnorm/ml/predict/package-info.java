/**
 * Predictions of a DataFrame's rows, block by block, as columns beside those that it has.
 *
 * <p><b>Threads.</b> A task's iterator belongs to its thread; all else is immutable.
 *
 * <p><b>Imports.</b> Of ours {@code nn} alone; from outside spark-mllib's vectors and Catalyst. The
 * estimator and its model use it, and it knows neither. Why rows go in blocks, and through nodes of
 * Catalyst's own, is told in {@link io.syncnorm.ml}.
 */
package io.syncnorm.ml.predict;
