/**
 * What differs between the versions of Spark: the sources in {@code src/spark3} are for Spark 3.5
 * with Scala 2.12, those in {@code src/spark4} for Spark 4 with Scala 2.13, and both have the same
 * public methods. No other code knows which Spark it runs on.
 *
 * <p><b>Threads.</b> All methods may be called by any thread.
 *
 * <p><b>Imports.</b> Of ours nothing; from outside Spark with the classes that it brings.
 *
 * <p><b>Decisions.</b> A method belongs here only if one source cannot serve both versions. What
 * Spark keeps private and both versions have is in {@code spark}. The jars for Spark 4 run on each
 * 4.x; where releases add parameters to private methods, these are called by reflection ({@code
 * Parameters}).
 */
package io.syncnorm.spark.version;
