/**
 * Data: IDX files become labelled images, labelled images become shards, a shard becomes
 * mini-batches.
 *
 * <pre>
 * driver  IdxReader.read -> LabelledImages -> Sharding.deal (as Dealing says) -> Shard per rank, StepPlan
 * rank    Shard -> MiniBatches -> float features [rows, rowLength], int labels [rows], float weights [rows]
 * </pre>
 *
 * <p><b>Threads.</b> {@link io.syncnorm.data.MiniBatches} belongs to one thread. Everything else is
 * immutable or without state and may be shared.
 *
 * <p><b>Arrays are not copied.</b> {@link io.syncnorm.data.Images}, {@link
 * io.syncnorm.data.LabelledImages} and {@link io.syncnorm.data.Rows} keep the arrays they are given
 * and hand out the arrays they keep: whoever constructs one gives its arrays away, and nobody
 * writes to them afterwards. Copies would double the memory of the driver for no gain.
 *
 * <p><b>Imports.</b> Of ours {@code files}, which opens what a name means on local disks, HDFS and
 * object stores alike. From outside nothing, but that Hadoop's configuration passes through to
 * {@code files}.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Pixels travel and rest as bytes and become floats per mini-batch: a quarter of the memory
 *       and of the traffic. By a table of 256 floats this costs 31 us for 128 rows of 784 pixels on
 *       one core; multiplying by 1/255 takes 48 us and dividing 81 us, as C2 of Java 17 vectorizes
 *       neither, and reading eight bytes at a time is no faster than the plain table.
 *   <li>Only unsigned bytes are scaled: they mean grey values from 0 to 255. Of any other type
 *       nobody can tell the range (a 16-bit scanner uses 12 bits, a 32-bit file holds bytes), so
 *       its numbers are taken as they are ({@link io.syncnorm.data.Features}).
 *   <li>What is no pixel rests as floats, packed in one array: a network computes in float, and
 *       doubles or boxed vectors would cost two to five times the memory. {@link
 *       io.syncnorm.data.Rows} are the one format of labelled, weighted rows, whatever they come
 *       from, at rest and on Spark's wire; what packs them is the affair of {@link
 *       io.syncnorm.data.Features}. Its two kinds are a closed set, so that the JVM sees both
 *       behind each call.
 *   <li>A header is a claim, not a fact: arrays grow with the bytes that really arrive, starting
 *       from what the stored size makes plausible, so that a false count costs an error message and
 *       not gigabytes.
 *   <li>The global permutation is dealt like cards, row {@code i} to rank {@code i mod world}: then
 *       step {@code k} of all ranks with batch {@code b} has exactly the rows that one rank with
 *       batch {@code world * b} has in its step {@code k}, which is what makes training on many
 *       ranks comparable to training on one.
 *   <li>Skewed dealings ({@link io.syncnorm.data.Dealing}) only say who owns which row of the same
 *       permutation, so that a shard's own order is random whatever decides its members: a prefix
 *       of it is a sample of it.
 *   <li>The order of an epoch depends on (seed, rank, epoch) and on no earlier epoch, so that a
 *       resumed run sees the same mini-batches as an undisturbed one.
 * </ul>
 */
package io.syncnorm.data;
