/**
 * Data from files to mini-batches: IDX files are read as labelled images, which are dealt into
 * shards; a shard is split into mini-batches.
 *
 * <pre>
 * driver  IdxReader.read -> LabelledImages -> Sharding.deal (by a Dealing) -> Shard per rank, StepPlan
 * rank    Shard -> MiniBatches -> float features [rows, rowLength], int labels [rows], float weights [rows]
 * </pre>
 *
 * <p><b>Threads.</b> {@link io.syncnorm.data.MiniBatches} belongs to one thread. Everything else is
 * immutable or without state and may be shared.
 *
 * <p><b>Arrays are not copied.</b> {@link io.syncnorm.data.Images}, {@link
 * io.syncnorm.data.LabelledImages} and {@link io.syncnorm.data.Rows} keep the arrays passed to
 * their constructors and return them from accessors. No code may write to these arrays afterwards.
 * Copies would double the memory of the driver for no gain.
 *
 * <p><b>Imports.</b> Of ours {@code files}, which opens files on local disks, HDFS and object
 * stores. From outside only Hadoop's configuration, which is passed on to {@code files}.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Pixels are stored and sent as bytes and become floats per mini-batch: a quarter of the
 *       memory and of the traffic. With a table of 256 floats this costs 31 us for 128 rows of 784
 *       pixels on one core; multiplying by 1/255 takes 48 us and dividing 81 us, as C2 of Java 17
 *       vectorizes neither, and reading eight bytes at a time is no faster than the plain table.
 *   <li>Only unsigned bytes are scaled: they are gray values from 0 to 255. The range of any other
 *       type is unknown (a 16-bit scanner may use 12 bits, a 32-bit file may hold bytes), so its
 *       numbers are used unchanged ({@link io.syncnorm.data.Features}).
 *   <li>All other numbers are stored as floats, packed in one array: a network computes in float,
 *       and doubles or boxed vectors would cost two to five times the memory. {@link
 *       io.syncnorm.data.Rows} is the only format of labelled, weighted rows from any source, in
 *       memory and on Spark's wire; {@link io.syncnorm.data.Features} is its packed array. It has
 *       only two implementations, so that the JVM can inline both at each call.
 *   <li>A header may be wrong: arrays start at a size that is plausible for the stored file and
 *       grow with the bytes that are read, so that a false count results in an error message and
 *       not in gigabytes of memory.
 *   <li>The global permutation is dealt row by row, row {@code i} to rank {@code i mod world}: then
 *       step {@code k} of all ranks with batch {@code b} has exactly the rows that one rank with
 *       batch {@code world * b} has in its step {@code k}, which is what makes training on many
 *       ranks comparable to training on one.
 *   <li>Skewed dealings ({@link io.syncnorm.data.Dealing}) only decide which rank owns which row of
 *       the same permutation. So the order within a shard is random for every dealing, and a prefix
 *       of a shard is a random sample of it.
 *   <li>The order of an epoch depends on (seed, rank, epoch) and on no earlier epoch, so that a
 *       resumed run sees the same mini-batches as an uninterrupted one.
 * </ul>
 */
package io.syncnorm.data;
