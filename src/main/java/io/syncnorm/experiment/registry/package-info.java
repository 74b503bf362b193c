/**
 * What is known of all runs of an output folder, without a server.
 *
 * <p><b>Threads.</b> Any number of threads and processes use one registry at once.
 *
 * <p><b>Imports.</b> Of ours the records of {@code report}, and {@code files}; from outside
 * Hadoop's configuration, which passes through to {@code files}.
 *
 * <p><b>Decisions.</b> The index is one file with a lock where there are files, which readers need
 * not take: a line without its end is nobody's. Elsewhere an event is a file, because object stores
 * cannot append and no Hadoop file system has a lock that ends with its process. Lines that were
 * read and parsed are kept, because each cell asks for all of them several times. A registry may be
 * on another file system than the runs, for drivers that share nothing else.
 *
 * <p>The summary is written whole, since no file system replaces the line of a run by a longer one.
 * A grid may have 10,000 cells, and two events each: as long as it runs ({@link
 * io.syncnorm.experiment.registry.Registry#batch}) its summary is at most seconds old, and exact
 * when it ends. After a kill the index has all, and the next grid makes the summary from it.
 */
package io.syncnorm.experiment.registry;
