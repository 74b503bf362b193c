/**
 * Grids of runs: their cells, the outcome of each, and the report of all.
 *
 * <p><b>Threads.</b> {@link io.syncnorm.experiment.grid.GridRun} uses one thread per running cell;
 * its listener is called on these threads, concurrently.
 *
 * <p><b>Imports.</b> Of ours {@code experiment}, its registry, and the records of {@code report}
 * and {@code config}; from outside Spark's context.
 *
 * <p><b>Decisions.</b> {@link io.syncnorm.experiment.grid.GridRun} runs cells in one Spark context;
 * whether a cell is done is decided by its run directory alone, as for a single run. The {@link
 * io.syncnorm.experiment.registry.Registry} is only written to, never asked, whether a model
 * exists: a process that finds a finished run missing from the index adds it. So a kill between two
 * files does no harm, and the index may be lost. Failures are the exception: they leave no result
 * and are counted in the index, so that a diverging cell is not trained every night. Two schedulers
 * share a grid through the locks of the run directories: a locked cell is skipped and checked again
 * at the end.
 */
package io.syncnorm.experiment.grid;
