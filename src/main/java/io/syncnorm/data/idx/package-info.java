/**
 * The IDX format, in which MNIST is distributed: images and labels, gzipped or raw.
 *
 * <p><b>Threads.</b> A stream belongs to one thread. Everything else is immutable or without state.
 *
 * <p><b>Imports.</b> Of ours {@code data} and {@code files}, which opens files on local disks, HDFS
 * and object stores. From outside only Hadoop's configuration, which is passed on to {@code files}.
 *
 * <p>{@link io.syncnorm.data.idx.IdxSet} reads the headers, {@link io.syncnorm.data.idx.IdxBlocks}
 * the rows, a block at a time: complete files, which are checked to their last byte and hashed, or
 * any range of rows of raw files.
 *
 * <p><b>Decisions.</b> A header may be wrong: arrays start at a size that is plausible for the
 * stored file and grow with the bytes that are read, so that a false count results in an error
 * message and not in gigabytes of memory.
 */
package io.syncnorm.data.idx;
