/**
 * Grids of runs: their cells, what becomes of each, and the report of all.
 *
 * <p><b>Threads.</b> {@link io.syncnorm.experiment.grid.GridRun} has a thread for each cell that
 * runs; its listener is called on them, several at once.
 *
 * <p><b>Imports.</b> Of ours {@code experiment}, its registry, and the records of {@code report}
 * and {@code config}; from outside Spark's context.
 *
 * <p><b>Decisions.</b> {@link io.syncnorm.experiment.grid.GridRun} runs cells in one Spark context;
 * what a cell is, and whether it is done, is decided by its run directory alone, as for a run of
 * its own. The {@link io.syncnorm.experiment.registry.Registry} is told, never asked, whether a
 * model is there: who finds a run finished that the index knows nothing of adds it. So a kill
 * between two files costs nothing, and the index may be lost. Failures are the exception: they
 * leave no result, and are counted in the index, so that a cell which diverges is not trained every
 * night. Two schedulers share a grid through the locks of the run directories: a cell that is held
 * is passed over and looked at again at the end.
 */
package io.syncnorm.experiment.grid;
