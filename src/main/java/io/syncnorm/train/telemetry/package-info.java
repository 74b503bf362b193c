/**
 * What a rank measures in an epoch: scores of its steps, times, and the drift of the ranks from
 * each other.
 *
 * <p>All figures are sums in one array, {@link io.syncnorm.train.telemetry.EpochTotals}, so that
 * one exchange adds those of all ranks. An {@link io.syncnorm.train.telemetry.EpochClock} divides
 * the time of an epoch; {@link io.syncnorm.train.telemetry.DriftTelemetry} measures what becomes a
 * {@link io.syncnorm.train.telemetry.LayerDrift}. A {@link io.syncnorm.train.telemetry.StepTime} is
 * what the driver compares numbers of hosts by.
 *
 * <p><b>Threads.</b> Everything here belongs to the thread of its rank.
 *
 * <p><b>Imports.</b> Of ours {@code nn} and {@code comm}; nothing from outside.
 */
package io.syncnorm.train.telemetry;
