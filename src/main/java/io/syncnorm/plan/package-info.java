/**
 * What a cluster would bring, before there is one: a step measured on a machine, and exchanges
 * computed for a network.
 *
 * <pre>
 * Cluster, worlds      -> Crowd                          ranks of a machine, on its cores and slots
 * Configuration, Shape,
 * Crowd                -> StepMeasurement -> StepCost    seconds of a step by its rows
 * Configuration        -> Traffic                        what ranks exchange
 * Cluster, world       -> ExchangeCost                   seconds and bytes of an exchange
 * all of them          -> ScalingPlan -> PlanResult      a table, one row for each world
 * </pre>
 *
 * <p><b>Threads.</b> {@link io.syncnorm.plan.StepMeasurement} runs each rank on a thread, and ends
 * them before it returns. Everything else is immutable or without state.
 *
 * <p><b>Imports.</b> Of ours {@code comm} and {@code comm.fold}, {@code config}, {@code data} and
 * {@code data.shard}, {@code nn}, {@code nn.network} and {@code train}; from outside nothing. It
 * uses neither Spark nor files, and needs no rows: they are synthetic.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A step is measured in {@link io.syncnorm.train.RankTraining}, the loop that trains, with as
 *       many ranks at once as a machine of the cluster has, up to the cores of this one. So it
 *       includes what ranks of one machine cost each other: caches, memory, and waiting for the
 *       slowest.
 *   <li>If a machine has more ranks than cores, a core has as many here as there, and ranks that
 *       would share a task slot do. Multiplying the step of a rank that has a core of its own
 *       promises too much: ranks that take turns find other data in the caches, and the operating
 *       system wakes them up, and does not always divide them evenly over the cores.
 *   <li>Telemetry is off in the measurement: it samples a few steps of an epoch, which would weigh
 *       more in the short epochs here than they do in a training.
 *   <li>An exchange costs what {@link io.syncnorm.comm.fold.LinkCost} says of the schedule that
 *       {@link io.syncnorm.comm.fold.LinkCost#fastest} chooses: the class by which ranks choose
 *       theirs, over the same programs.
 *   <li>Waiting for the slowest of several machines is not part of the plan, because one machine
 *       cannot tell. Neither are the reading of rows and the evaluation.
 *   <li>What ranks compute while they wait is not subtracted from the exchange. The executors of a
 *       machine share its network evenly, although those that exchange with each other do not use
 *       it: a plan should not promise too much.
 * </ul>
 */
package io.syncnorm.plan;
