/**
 * Deals rows to ranks by their numbers.
 *
 * <pre>
 * driver  rows by label, world, seed -> Dealing -> Deal (counts)
 * task    number, label, ordinal -> Deal -> rank and position
 * </pre>
 *
 * <p><b>Threads.</b> Everything is immutable.
 *
 * <p><b>Imports.</b> Of ours {@code data}.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Rows are dealt by number ({@link io.syncnorm.data.deal.Deal}): a keyed bijection ({@link
 *       io.syncnorm.data.deal.Permutation}) gives a row's place from its number, label and ordinal,
 *       and the deal holds counts only. So any task can deal any row where it reads it, and the
 *       deal depends on the data, the seed and the world alone.
 *   <li>A shuffled permutation is dealt in turn, row {@code i} to rank {@code i mod world}: then
 *       step {@code k} of all ranks with batch {@code b} has exactly the rows that one rank with
 *       batch {@code world * b} has in its step {@code k}, which is what makes training on many
 *       ranks comparable to training on one.
 *   <li>Skewed dealings ({@link io.syncnorm.data.deal.Dealing}) decide how many rows of each label
 *       each rank gets. Which ones, and their order in the shard, are two more permutations. So the
 *       order within a shard is random for every dealing, and a prefix of a shard is a random
 *       sample of it.
 * </ul>
 */
package io.syncnorm.data.deal;
