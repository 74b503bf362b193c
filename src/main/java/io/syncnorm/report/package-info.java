/**
 * Plain records of runs and grids, and their machine-readable formats: {@code metrics.csv}, {@code
 * metrics.jsonl}, {@code result.json}, {@code summary.csv}, and the lines of standard output and of
 * {@code index.jsonl}. {@link io.syncnorm.report.plot} draws plots, {@link io.syncnorm.report.html}
 * builds pages.
 *
 * <p><b>Flow.</b> The caller fills {@link EpochMetrics}, {@link RunResult} and (through {@link
 * ClassificationCollector}) {@link ClassificationReport}; {@link MetricsCsv}, {@link MetricsJsonl}
 * and {@link Json} convert them to text. The caller handles files, directories and atomic renames.
 * A grid has its own records: {@link RunEvent}s fold into {@link RunRecord}s, which become {@link
 * SummaryCsv} and, with the cells' curves, a {@link GridPage}. Cells that differ only in the seed
 * form a {@link GridGroup}.
 *
 * <p><b>Threads.</b> Records are immutable. {@link ClassificationCollector} is confined to one
 * thread; tasks fill one each, which are sent to the driver and merged. Everything else is static
 * or immutable and may be called from any thread.
 *
 * <p><b>Imports.</b> Nothing of SyncNorm: these records are the contract, so that any package can
 * fill them. Jackson for JSON and commons-math for Student's t, because Spark already has them on
 * its class path.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Numbers never depend on the machine's default locale: a report written in Germany or Egypt
 *       looks like any other.
 *   <li>Numbers that are not finite are {@code null} in JSON, {@code NaN} or {@code Infinity} in
 *       CSV, a gap in a curve and a dash on the page: a diverged run still gets a valid report.
 *   <li>Weights and losses of test rows are summed without rounding ({@code ExactSum}), so that a
 *       report does not depend on how the rows are split into tasks, or on which task ends first.
 *       Sums in order of row numbers would need the sum of each block on the driver, and blocks
 *       depend on the splits.
 *   <li>Accuracy and loss use the rows' weights; the confusion matrix and what is computed from it
 *       count rows.
 *   <li>Accuracies are fractions in CSV and JSON and percentages in reports and plots; differences
 *       are in percentage points.
 *   <li>{@code metrics.csv} keeps its columns for programs that read it by position; new values go
 *       to {@code metrics.jsonl}, whose objects may grow.
 * </ul>
 */
package io.syncnorm.report;
