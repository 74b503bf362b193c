/**
 * Training runs: the models to train, the run directory, and the metrics and plots written to it.
 *
 * <p><b>Flow.</b> A {@link io.syncnorm.experiment.ModelPlan} is one model's name and configuration;
 * with the data it becomes an {@link io.syncnorm.experiment.UntrainedModel}, and with its starting
 * checkpoint a training, which {@link io.syncnorm.experiment.TrainingRun} runs. A {@link
 * io.syncnorm.experiment.RunListener} receives the events, including the history of a resumed
 * model. What the report shows grows in a {@link io.syncnorm.report.html.RunReport}: the run writes
 * it at its end, and listeners may show it before.
 *
 * <p><b>Threads.</b> A run belongs to one thread; while it waits for the training job, epochs are
 * reported sequentially on another thread.
 *
 * <p><b>Imports.</b> Of ours {@code rows}, {@code spark} and its packages, {@code model}, {@code
 * checkpoint}, {@code report} and the packages below them; from outside Spark's context, whose
 * Hadoop configuration is passed on to {@code files} for data, checkpoints and registries, and
 * MLlib's perceptron. Grids and the registry are separate packages: {@code grid} imports this
 * package, and this package imports {@code registry}, never the reverse.
 *
 * <p><b>Decisions.</b> A run directory is named by what decides its outcome: the effective
 * configuration, with {@code world = auto} resolved and each file replaced by its content's hash,
 * or the keys of a table by the fingerprint of its rows, and the command. {@code data.classes =
 * auto} stays in the name: the rows decide it. So a project can be moved, and two data sets never
 * share a directory. A single run gets them when it reads its data; a grid, which names its cells
 * first, reads each file, or the rows of each table, once for them. Files are written atomically:
 * under a temporary name, then renamed. The lock is the operating system's, so it ends with its
 * process, however that ends (on a mount without locks an owner file replaces it); a run directory
 * is therefore on a local or mounted disk. Processes that only check whether a run is finished
 * share the lock.
 *
 * <p>Checkpoints are forced to disk one by one. All other files are forced together, just before
 * {@code result.json}: files that a power cut loses earlier are written again when the run resumes.
 * Plots are drawn on another thread while a model is written and evaluated. That thread writes no
 * files, so the order of the files is fixed.
 *
 * <p>The report's confusion matrix and mistakes are of the model in the arithmetic that trained it,
 * which takes a third of the time of DL4J's; a test verifies that the zip predicts the same, and
 * {@code evaluate} measures the zip.
 *
 * <p>A checkpoint belongs to a run if the settings that decide the model and the contents of the
 * data files are equal. The keys {@code checkpoint.*} are excluded from this and from the
 * directory's name, since they do not affect the outcome. A complete model is resumed like any
 * other: its last checkpoint is its model. The checkpoint is written before the metrics, which can
 * be restored from it. The package {@code checkpoint} defines what a checkpoint contains and where
 * it is stored.
 *
 * <p>Packed rows and shards are kept for the next cell ({@link io.syncnorm.experiment.SharedData})
 * and freed when a cell needs others: memory holds at most one data configuration that is not in
 * use.
 *
 * <p>The starting checkpoints of all models are found before any model is trained: an invalid one
 * is rejected immediately, not after hours of training the first model.
 */
package io.syncnorm.experiment;
