/**
 * Update rules: how the parameters of a network follow their gradients, as loops over flat {@code
 * float[]} vectors.
 *
 * <p>An {@link io.syncnorm.nn.optimizer.Optimizer.Rule} is put together from parts: the rule proper
 * ({@link io.syncnorm.nn.optimizer.Adam}, {@link io.syncnorm.nn.optimizer.Sgd}, {@link
 * io.syncnorm.nn.optimizer.Nesterov}, {@link io.syncnorm.nn.optimizer.RmsProp}), its {@link
 * io.syncnorm.nn.optimizer.Schedule} of learning rates and, around it, {@link
 * io.syncnorm.nn.optimizer.Conditioned} with limits on the gradient and penalties on weights. AdamW
 * is Adam with a decay.
 *
 * <p><b>Threads.</b> An {@link io.syncnorm.nn.optimizer.Optimizer} belongs to one rank and one
 * thread. Its rule is immutable and serializable.
 *
 * <p><b>Imports.</b> Nothing of ours, and no library: a rule sees ranges of a vector, not layers.
 *
 * <p><b>Decisions.</b> A learning rate depends on {@link io.syncnorm.nn.optimizer.Elapsed} alone,
 * not on state of the optimizer, so snapshots need no more than the optimizer's vectors and its
 * count of updates, and a run that resumes inside an epoch has the same bits. A conditioned
 * gradient is a copy, because the caller may keep the original for the next step.
 */
package io.syncnorm.nn.optimizer;
