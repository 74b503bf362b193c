/**
 * The shard of a rank: a rank stores its rows in blocks, in memory or on disk; windows of blocks
 * are split into mini-batches.
 *
 * <pre>
 * rank    Piece* -> RowStore.Builder -> RowStore (blocks in memory within a Budget, others in a file)
 *         Shard (RowStore of training rows, RowStore of test rows)
 * epoch   RowStore -> windows of permuted blocks, the next one read ahead -> permuted rows
 *         -> MiniBatches -> float features [rows, rowLength] or sparse rows, int labels [rows], float weights [rows]
 * </pre>
 *
 * <p><b>Threads.</b> {@link io.syncnorm.data.shard.MiniBatches} and {@link
 * io.syncnorm.data.shard.RowStore.Builder} belong to one thread. Everything else may be shared: it
 * is immutable, without state or, as {@link io.syncnorm.data.shard.RowStore} and {@link
 * io.syncnorm.data.shard.Budget}, thread-safe.
 *
 * <p><b>Imports.</b> Of ours {@code data} and {@code data.deal}.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A shard is divided into blocks of consecutive positions, about 8 MB each, and windows of
 *       blocks, about 64 MB. An epoch permutes the blocks and loads them window by window; the rows
 *       of a window are permuted, so the order of an epoch is a permutation of all rows. A shard of
 *       one window is thus shuffled fully. In a larger one, rows of one block are always served in
 *       the same window, and so within a part of the epoch; a full shuffle would spread them over
 *       all of it. Dealing has permuted all rows before, so a block is a random sample of the
 *       shard, and which rows share a window is chosen again in each epoch. So accuracy is that of
 *       full shuffles ({@code src/docs/data.md}, measured); with blocks of rows that are sorted by
 *       label it would be lower. Xu et al. 2022, "In-Database Machine Learning with CorgiPile",
 *       shuffle blocks and rows of several blocks in the same way; Meng et al. 2019, "Convergence
 *       analysis of distributed stochastic gradient descent with shuffling", bound the effect of
 *       shuffles that are not uniform.
 *   <li>Blocks and windows depend on the rows alone and never on the memory that is available. So
 *       memory and disk give the same mini-batches, bit for bit.
 *   <li>The file of a store is deleted while it is open, so that it vanishes with the process, even
 *       if that is killed. Rows arrive in random order and are appended in chunks of 64 KB; a dense
 *       block has a region of its own, so that it is read in one go.
 *   <li>A budget covers all memory for rows: blocks, windows, and the buffers of loading. Each rank
 *       of a process has an equal share. If a shard does not fit into it, memory for its readers
 *       comes first: the current window, the next one, which a thread reads while steps compute,
 *       and the same in blocks for a reader in order, which recalibrates; the rest is for blocks.
 *       Rows served in order are read block by block. If a share is too small for two windows,
 *       there is one, and a rank waits for the next. One window and one block are the least; a rank
 *       takes them whatever the budget is. Smaller windows would shuffle less and give another
 *       model.
 *   <li>Sparse blocks differ in size from what the average of all ranks says. What they take is
 *       reserved as they grow. If the budget is used up, blocks move from memory to disk.
 *   <li>The order of an epoch depends on (seed, rank, epoch) and on no earlier epoch, so that a
 *       resumed run sees the same mini-batches as an uninterrupted one.
 * </ul>
 */
package io.syncnorm.data.shard;
