/**
 * Real faults on a real cluster: Spark's own Master and Workers, drivers as {@code
 * submit/standalone.sh} starts them, executors in JVMs of their own, and real signals, sockets and
 * disks.
 *
 * <p>{@link io.syncnorm.faults.FaultDrill} is the command, {@link io.syncnorm.faults.Drill} what it
 * shares with the integration test. An {@link io.syncnorm.faults.Injection} is determined by its
 * seed alone; its exact time depends on the machine, as with real faults. {@link
 * io.syncnorm.faults.KillDrill} is another command: it takes executors from long runs, again and
 * again, and measures what that costs.
 *
 * <p><b>Threads.</b> One; the runs are separate processes.
 *
 * <p><b>Decisions.</b> A phase of an epoch lasts milliseconds, too short to wait for from outside.
 * Instead each {@link io.syncnorm.faults.Moment} has its own configuration, in which that phase
 * takes a large part of the time, measured in an undisturbed run. Connections are shut down through
 * a copy of the owner's file descriptor ({@code pidfd_getfd}), and the disk is a small tmpfs in its
 * own name space. Where Linux does not allow this, the injection is reported as skipped, with the
 * reason. An executor is replaced after a random while because the process that Spark starts in its
 * place is stopped so long: Spark learns of the loss as it always does, and nothing else is slowed
 * down.
 */
package io.syncnorm.faults;
