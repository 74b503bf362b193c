/**
 * How values of ranks are folded so that the result depends on the ranks alone: the tree, and who
 * sends what to whom.
 *
 * <pre>
 * ranks                   -> FoldTree    the order of folds
 * process of each rank    -> Placement
 * FoldTree, Placement     -> Schedule    along the tree, or by one gather
 * Schedule, one process   -> Program     its rounds, as data
 * LinkCost, Schedule      -> seconds     which schedule is the fastest
 * RankGroups, Placement   -> Neighbours  which processes need connections to each other
 * </pre>
 *
 * <p>A {@link io.syncnorm.comm.fold.Program} is computed once and interpreted at each exchange, so
 * the code that exchanges knows nothing of trees. The same programs tell what an exchange costs on
 * a network that is not there yet.
 *
 * <p><b>Threads.</b> Everything is immutable.
 *
 * <p><b>Imports.</b> Only the JDK, nothing of ours: no sockets, no clocks, no state.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Results are bit-identical wherever ranks live, because each fold of the tree has the same
 *       two operands, whichever process makes it. A fixed tree costs one fold for each rank, and
 *       works for any fold, such as the merging of moments (Stelz 2022, "Core-count independent
 *       reproducible reduce"). Sums that are independent of any order (Demmel and Nguyen 2015,
 *       "Parallel reproducible summation") cost several times as many operations, and exist for
 *       sums only.
 *   <li>The tree halves the range of ranks. Blocks of ranks that are dealt to {@code 2^k} processes
 *       by the same rule are nodes of it, so each process sends one value. Pairwise sums are more
 *       exact, too: a rank's value is rounded {@code log2 n} times instead of {@code n} times.
 *   <li>Processes swap values in {@code log2 P} rounds of recursive doubling (Thakur, Rabenseifner
 *       and Gropp 2005, "Optimization of collective communication operations in MPICH"). Sending
 *       sums up the tree and the result down would take twice as many rounds.
 *   <li>If P is no power of two, or blocks of ranks are no nodes, one round before and one after
 *       take care of it. In between a message stays one value. Recursive doubling over all P
 *       processes would send lists of up to {@code 2 log2 n} nodes instead.
 *   <li>Long vectors are halved, then joined, with the nearest partner first (Rabenseifner 2004,
 *       "Optimization of collective reduction operations": vector halving and distance doubling).
 *       With the farthest partner first, as in recursive halving, the first two operands would not
 *       be siblings of the tree.
 *   <li>A few processes may gather instead: one round, but {@code P - 1} messages. Which schedule
 *       is faster depends on the network ({@link io.syncnorm.comm.fold.LinkCost}) and has no
 *       influence on results. All processes have to choose alike, so each computes the cost from
 *       the programs of all.
 * </ul>
 */
package io.syncnorm.comm.fold;
