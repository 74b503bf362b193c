/**
 * Files and folders, on local disks and on Hadoop's file systems: what a user's words for one mean,
 * and who holds one.
 *
 * <p>Whatever a user wrote becomes a {@link io.syncnorm.files.Location}, once; nobody else makes a
 * path of a text. A {@link io.syncnorm.files.FileLock} is one process's at a time.
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
 * <p>A lock of the operating system ends with its process, however that ends, and is preferred.
 * Where a mount has none, a file that only one can create says who holds it, by machine, process
 * and beats, so that what was left by a kill is taken over: at once on the same machine, after some
 * beats from another.
 */
package io.syncnorm.files;
