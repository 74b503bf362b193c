/**
 * Runs as their users see them: the models to train, the run directory they end in, the figures and
 * pictures that are left there.
 *
 * <p><b>Flow.</b> A {@link io.syncnorm.experiment.ModelPlan} is one model's name and configuration;
 * with the data it becomes an {@link io.syncnorm.experiment.UntrainedModel}; with the checkpoint
 * that it starts from, its training, which {@link io.syncnorm.experiment.TrainingRun} runs. How it
 * goes a {@link io.syncnorm.experiment.RunListener} is told; what a resumed model has behind it, it
 * is given.
 *
 * <p><b>Threads.</b> A run belongs to one thread; epochs are heard one after the other on another,
 * while it waits for the training job.
 *
 * <p><b>Imports.</b> Of ours {@code spark} and its {@code source}, {@code dl4j.file}, {@code
 * checkpoint}, {@code report} and what lies below them; from outside Spark's context, whose Hadoop
 * configuration passes through to {@code files} for data, checkpoints and registries, and MLlib's
 * perceptron. Grids and the registry are rooms of their own: {@code grid} imports this package,
 * this package {@code registry}, and nothing the other way round.
 *
 * <p><b>Decisions.</b> A run directory is named by what decides its outcome: the effective
 * configuration, with {@code world = auto} counted out, and the command. Files appear whole: each
 * is written under a temporary name and renamed. The lock is the operating system's, so it ends
 * with its process, however that ends (where a mount has none, a file of its owner's stands for
 * it); a run directory is therefore on a local or mounted disk. Who only looks whether a run is
 * finished shares the lock with others that look.
 *
 * <p>Checkpoints are forced to the disk one by one. All other files are so together, just before
 * {@code result.json}: what a power cut takes of them before is made anew by the run that goes on.
 * While a model is written and evaluated the plots are drawn on another thread, which writes
 * nothing itself: the order of the files is that of one thread.
 *
 * <p>The report's confusion matrix and mistakes are of the model in the arithmetic that trained it,
 * which takes a third of the time of DL4J's; that the zip predicts the same is tested, and {@code
 * evaluate} measures the zip.
 *
 * <p>A checkpoint is its run's by the model's configuration and the data files' hashes: paths alone
 * would let a run go on with data that has changed. The keys {@code checkpoint.*} are left out of
 * both that and the directory's name, since they decide nothing of the outcome. A model that is
 * complete is taken over like any other: its last checkpoint is its model. It is written before the
 * metrics, which can be had from it again. What a checkpoint is, and where it lies, is the business
 * of the package {@code checkpoint}.
 *
 * <p>Datasets and shards are kept for the next cell ({@link io.syncnorm.experiment.SharedData}) and
 * freed when one needs others: memory holds one data configuration more than is in use.
 *
 * <p>Where training starts is decided for all models before any is trained: a checkpoint that must
 * be refused is refused at once, and not after the first model's hours.
 */
package io.syncnorm.experiment;
