/**
 * Sums over ranks: small folds at every layer of every step, and weighted means of whole models.
 *
 * <p>A {@link io.syncnorm.comm.Communicator} is one rank's end. All ranks of a world make the same
 * calls in the same order with the same {@linkplain io.syncnorm.comm.Tag tags}; a call returns when
 * every rank of its world or group has made it. Results are folded along a {@linkplain
 * io.syncnorm.comm.fold.FoldTree tree} over the numbers of ranks, so they are bit-identical on
 * every rank, wherever ranks live and in whatever order they arrive.
 *
 * <p>A host is one task slot. It may run a block of ranks, which join their world together through
 * a {@link io.syncnorm.comm.Membership}: the host's process connects to the driver's {@link
 * io.syncnorm.comm.driver.Rendezvous}, receives the addresses of all hosts, and connects to its
 * {@linkplain io.syncnorm.comm.fold.Neighbours neighbours}, the processes that it exchanges
 * messages with, all at once. Ranks of one process share its memory and its connections. A rank
 * then loads its rows and waits until all ranks have. At each exchange the last rank of a process
 * to arrive communicates with the other processes over a {@code Transport}, so that more slots in
 * an executor cost no more messages. Listeners exist only until all ranks have joined, and
 * connections that do not know the run's secret are rejected. If the run's key says so, connections
 * are encrypted.
 *
 * <p>Each rank of a host has its own thread. They take turns ({@code Turns}), so that one of them
 * computes at a time, and pass the turn on while they wait in an exchange. What a rank computes
 * does not depend on how ranks are placed on hosts.
 *
 * <p>Ranks measure what messages cost ({@link io.syncnorm.comm.LinkProbe}): for some milliseconds
 * when they have loaded, to choose how few processes exchange, and for some seconds to plan a
 * cluster.
 *
 * <p><b>Threads.</b> A communicator belongs to one thread, except {@link
 * io.syncnorm.comm.Communicator#abort}, which any thread may call.
 *
 * <p><b>Imports.</b> Of ours only {@code comm.fold}, the ranks that fold together, {@code
 * comm.wire}, who belongs to the attempt, {@code comm.connection}, plain and encrypted connections,
 * and {@code comm.driver}, the protocol with the driver; from outside nothing. Communication is
 * independent of the mathematics.
 *
 * <p><b>Decisions.</b> What travels between processes is the sums of their ranks, so that messages
 * do not grow with the world. Of P processes each has some {@code log2 P} connections, so that
 * 1,024 processes make 5,120 instead of 523,776. Which they are follows from the programs of all
 * schedules, before the first exchange. Ranks of other groups and processes that are no neighbours
 * are not waited for; if one of them is lost, the driver tells. Any rank of a process may complete
 * an exchange: a fixed one might be waiting for its turn. Waiting spins first if there is a core
 * for every host, because waking a parked thread costs as much as the exchange itself, and only
 * while that pays: a rank that spins for one that has lost its core to another process is in its
 * way. A rank that waits for its turn never spins. While a rank would only wait, it does what it
 * has to do anyway, in small parts: between two looks for messages, on its own thread, because
 * another one would have to be woken up. With several ranks on a host it passes its turn on first.
 * The deadline of an exchange is multiplied by the ranks of the largest host, whose turns add up.
 * Vectors are averaged a chunk at a time, so that buffers do not grow with the model. A buffer is
 * kept for each length of message, because the layers of a network send messages of few lengths in
 * turn, and a fold finds the length of its message in the array.
 */
package io.syncnorm.comm;
