/**
 * Files and folders, on local disks and on Hadoop's file systems: what a user's words for one mean,
 * how one is written whole and read in time, and who holds one.
 *
 * <p>Whatever a user wrote becomes a {@link io.syncnorm.files.Location}, once; nobody else makes a
 * path of a text, and nobody else calls a {@code FileSystem}. A {@link io.syncnorm.files.Folder} is
 * local or Hadoop's; {@link io.syncnorm.files.WholeFile} writes single local files. A {@link
 * io.syncnorm.files.FileLock} is one process's at a time. An error of any of them becomes an {@link
 * io.syncnorm.files.UnwritableException} where its user can do something about it.
 *
 * <p><b>Threads.</b> Folders have no state of their own and may be shared. A {@link
 * io.syncnorm.files.CallLimit} makes each call on a thread of its own, a lock that is a file beats
 * on one.
 *
 * <p><b>Imports.</b> Nothing of ours; from outside Hadoop's {@code FileSystem} and {@code
 * java.nio.channels}.
 *
 * <p><b>Decisions.</b> A name is not a URI: {@code %20} in one is three characters, a colon is not
 * the end of a scheme, and {@code #} begins nothing. Hadoop's {@code Path} is therefore never made
 * of a name as a whole, but of its parts. On the command line a path without a scheme is local even
 * where Hadoop's default file system is another: whoever types {@code --out runs} and {@code
 * --config my.conf} beside {@code data/mnist} means one folder. In a Spark program it is Spark that
 * sets the expectations.
 *
 * <p>A {@link io.syncnorm.files.Folder} has two kinds. On local disks {@code java.nio} writes: to
 * the disk, under a name that no other writer has, then an atomic rename. Hadoop's local file
 * system would leave {@code .crc} files, and starts a {@code chmod} for each file. Everywhere else
 * Hadoop writes: {@code hsync} where there is one, then a rename. What a killed process has not
 * renamed is removed by whoever writes there more than a day later: by then nobody can be writing
 * it. Every call has a deadline, because Hadoop's own add up to minutes, and a dead mount has none.
 *
 * <p>A lock of the operating system ends with its process, however that ends, and is preferred.
 * Where a mount has none, a file that only one can create says who holds it, by machine, process
 * and beats, so that what was left by a kill is taken over: at once on the same machine, after some
 * beats from another.
 */
package io.syncnorm.files;
