/**
 * Runs as their users see them: the models to train, the run directory they end in, the figures and
 * pictures that are left there.
 *
 * <p><b>Threads.</b> A run belongs to one thread; epochs are heard one after the other on another,
 * while it waits for the training job.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code dl4j}, {@code report} and what lies below them;
 * from outside Spark's context, and Hadoop's {@code FileSystem} for data and checkpoints.
 *
 * <p><b>Decisions.</b> A run directory is named by what decides its outcome: the effective
 * configuration, with {@code world = auto} counted out, and the command. Files appear whole: each
 * is written under a temporary name and renamed. The lock is the operating system's, so it ends
 * with its process, however that ends; a run directory is therefore on a local or mounted disk.
 *
 * <p>A checkpoint is guarded by its own SHA-256 and names its run by another one, over the model's
 * configuration and the data files' hashes: paths alone would let a run go on with data that has
 * changed. The keys {@code checkpoint.*} are left out of both that and the directory's name, since
 * they decide nothing of the outcome. A model that is complete is taken over like any other: its
 * last checkpoint is its model. Where each rank keeps its own optimizer nothing incomplete is gone
 * on from, because the driver only ever sees rank 0's. It also holds all results so far, so that it
 * serves a driver that starts on another machine, in an empty run directory.
 *
 * <p><b>Grids.</b> {@link io.syncnorm.experiment.GridRun} runs cells in one Spark context; what a
 * cell is, and whether it is done, is decided by its run directory alone, as for a run of its own.
 * The {@link io.syncnorm.experiment.Registry} is told, never asked, whether a model is there: who
 * finds a run finished that the index knows nothing of adds it. So a kill between two files costs
 * nothing, and the index may be lost. Failures are the exception: they leave no result, and are
 * counted in the index, so that a cell which diverges is not trained every night. Two schedulers
 * share a grid through the locks of the run directories: a cell that is held is passed over and
 * looked at again at the end.
 *
 * <p>The index is one file with a lock where there are files, which readers need not take: a line
 * without its end is nobody's. Elsewhere an event is a file, because object stores cannot append
 * and no Hadoop file system has a lock that ends with its process. A registry may be on another
 * file system than the runs, for drivers that share nothing else.
 *
 * <p>Datasets and shards are kept for the next cell ({@link io.syncnorm.experiment.SharedData}) and
 * freed when one needs others: memory holds one data configuration more than is in use.
 *
 * <p>{@link CheckpointFolder} has two kinds. On local disks {@code java.nio} writes: to the disk,
 * then an atomic rename. Hadoop's local file system would leave {@code .crc} files, and starts a
 * {@code chmod} for each file. Everywhere else Hadoop writes: {@code hsync} where there is one,
 * then a rename. Object stores rename by copying, which may be cut short; the SHA-256 finds that
 * out, and the checkpoint before is used. No lock guards such a folder: two drivers of one run, on
 * two machines, train the same model and write the same checkpoints, and at worst one of them ends
 * because its file was taken from it.
 *
 * <p>Every call has the deadline {@code checkpoint.timeout} ({@link TimedFolder}), because Hadoop's
 * own add up to minutes, and a dead mount has none. Training runs ahead of a slow file system and
 * waits for it at the end.
 *
 * <p>A checkpoint that cannot be written ends the run. Training on without any could lose hours to
 * save an epoch: older checkpoints are removed only after a newer one is safely there, so all but
 * the epoch at hand is kept, and the same command goes on once there is room. It is written before
 * the metrics, which can be had from it again.
 *
 * <p>Where training starts is decided for all models before any is trained ({@link Starts}): a
 * checkpoint that must be refused is refused at once, and not after the first model's hours.
 */
package io.syncnorm.experiment;
