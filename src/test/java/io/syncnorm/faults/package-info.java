/**
 * Real faults on a real cluster: Spark's own Master and Workers, drivers as {@code
 * submit/standalone.sh} starts them, executors in JVMs of their own, and real signals, sockets and
 * disks.
 *
 * <p>{@link io.syncnorm.faults.FaultDrill} is the command, {@link io.syncnorm.faults.Drill} what it
 * shares with the integration test. An {@link io.syncnorm.faults.Injection} follows from its seed
 * alone; when exactly it strikes is up to the machine, as with faults at large.
 *
 * <p><b>Threads.</b> One; what is struck runs in processes of its own.
 *
 * <p><b>Decisions.</b> A phase of an epoch lasts milliseconds and is not waited for from outside.
 * Instead each {@link io.syncnorm.faults.Moment} has a configuration of its own, in which that
 * phase takes a large part of the time, and the undisturbed run of that configuration says how
 * large. Connections are shut down under the process that owns them by a copy of its file
 * descriptor ({@code pidfd_getfd}), the disk is a small one of the kernel's in a name space of its
 * own: where Linux does not allow that, the injection is reported as skipped, with the reason.
 */
package io.syncnorm.faults;
