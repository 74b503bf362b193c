/**
 * Sums over ranks: small folds at every layer of every step, and weighted means of whole models.
 *
 * <p>A {@link io.syncnorm.comm.Communicator} is one rank's end. All ranks of a world make the same
 * calls in the same order with the same {@linkplain io.syncnorm.comm.Tag tags}; a call returns when
 * every rank has made it. Results are folded in rank order, so they are bit-identical on every rank
 * and do not depend on which rank comes first.
 *
 * <p>A rank joins its world by a {@link io.syncnorm.comm.Membership}: it comes to the driver's
 * {@link io.syncnorm.comm.Rendezvous}, hears where all ranks live, and meets those of its own
 * process in shared memory. Then it loads its rows and waits until all have. One rank of each
 * process speaks to the other processes over sockets, so that more slots in an executor cost no
 * more messages. Listeners exist only until all have come, and who does not know the run's secret
 * gets nowhere.
 *
 * <p><b>Threads.</b> A communicator belongs to one thread, except {@link
 * io.syncnorm.comm.Communicator#abort}, which any thread may call.
 *
 * <p><b>Imports.</b> Nothing of ours and nothing but the JDK and the logging interface: the sockets
 * know no mathematics.
 *
 * <p><b>Decisions.</b> A fold takes the messages of all ranks rather than partial results of a
 * tree: a message is one or two kilobytes, and the order of additions then does not depend on how
 * ranks are spread over executors. A fold over a group of ranks is the same exchange: all messages
 * travel to all ranks, and each folds those of its group alone. That costs what a fold over the
 * world costs in messages and in waiting for the slowest rank, and saves only the arithmetic; in
 * return groups need neither connections nor tags of their own, and a rank that is lost is noticed
 * by all at once. Waiting spins first, where there is a core for every rank: waking a parked thread
 * costs as much as the exchange itself. A listener that strangers crowd hangs up on the connection
 * that has been at its handshake longest rather than on the newest: a member needs a millisecond,
 * so it is never the longest for long, and comes again if it was. Turning the newest away let 64
 * silent connections keep a rank out. Connections are watched by TCP's own probes: one whose other
 * side has lost its machine breaks within a minute, though nobody sends anything. Vectors are
 * averaged a window at a time, so that buffers do not grow with the model. Buffers of messages grow
 * to the longest and are kept, because the layers of a network take turns in different lengths.
 */
package io.syncnorm.comm;
