/**
 * Files and folders on local disks and on Hadoop's file systems: parsing their names, atomic
 * writes, deadlines, and locks.
 *
 * <p>A user's text becomes a {@link io.syncnorm.files.Location} once; no other code builds a path
 * from a text or calls a {@code FileSystem}. A {@link io.syncnorm.files.Folder} is local or
 * Hadoop's; {@link io.syncnorm.files.WholeFile} writes single local files. A {@link
 * io.syncnorm.files.FileLock} belongs to one process at a time. Errors that a user can fix become
 * an {@link io.syncnorm.files.UnwritableException}.
 *
 * <p><b>Threads.</b> Folders are stateless and may be shared. A {@link io.syncnorm.files.CallLimit}
 * runs each call on a separate thread; owner files share one thread for their heartbeats.
 *
 * <p><b>Imports.</b> Nothing of ours; from outside Hadoop's {@code FileSystem} and {@code
 * java.nio.channels}.
 *
 * <p><b>Decisions.</b> A name is not a URI: {@code %20} in one is three characters, a colon is not
 * the end of a scheme, and {@code #} does not start a fragment. Hadoop's {@code Path} is therefore
 * never built from a name as one text, but from its parts. On the command line a path without a
 * scheme is local even if Hadoop's default file system is not: a user who types {@code --out runs},
 * {@code --config my.conf} and {@code data/mnist} means the same working directory. A Spark program
 * follows Spark's rule.
 *
 * <p>There are two kinds of {@link io.syncnorm.files.Folder}. On local disks {@code java.nio}
 * writes a file with a unique name, forces it to disk and renames it atomically. Hadoop's local
 * file system would leave {@code .crc} files and start a {@code chmod} process for each file.
 * Everywhere else Hadoop writes: {@code hsync} if supported, then a rename. A partial file that a
 * killed process left is removed by a writer more than a day later, when no process can still be
 * writing it. Every call has a deadline, because Hadoop's own timeouts add up to minutes, and an
 * unresponsive mount has none.
 *
 * <p>A lock of the operating system ends with its process, however that ends, and is preferred. On
 * a mount without locks, an owner file that only one process can create names the holder by
 * machine, process and heartbeat. A lock left by a killed process is taken over: immediately on the
 * same machine, after several missed heartbeats from another.
 */
package io.syncnorm.files;
