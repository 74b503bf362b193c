/**
 * The registry: a record of all runs of an output folder, without a server.
 *
 * <p><b>Threads.</b> Any number of threads and processes use one registry at once.
 *
 * <p><b>Imports.</b> Of ours the records of {@code report}, and {@code files}; from outside
 * Hadoop's configuration, which is passed on to {@code files}.
 *
 * <p><b>Decisions.</b> On local and mounted disks the index is one file with a lock, which only
 * writers take: readers ignore a truncated line. Elsewhere each event is a file, because object
 * stores cannot append and no Hadoop file system has a lock that ends with its process. Parsed
 * lines are kept, because each cell reads all of them several times. A registry may be on another
 * file system than the runs, for drivers that share nothing else.
 *
 * <p>The summary is always rewritten completely, since no file system can replace a line by a
 * longer one. A grid may have 10,000 cells with two events each: while it runs ({@link
 * io.syncnorm.experiment.registry.Registry#batch}) its summary is at most seconds old, and it is
 * exact at the end. After a kill the index has all events, and the next grid rebuilds the summary
 * from it.
 */
package io.syncnorm.experiment.registry;
