/**
 * Plain records of runs and grids, and what programs read of them: {@code metrics.csv}, {@code
 * metrics.jsonl}, {@code result.json}, {@code summary.csv}, and the lines of standard output and of
 * {@code index.jsonl}. Pictures are made by {@link io.syncnorm.report.plot}, pages by {@link
 * io.syncnorm.report.html}.
 *
 * <p><b>Flow.</b> The caller fills {@link EpochMetrics}, {@link RunResult} and (through {@link
 * ClassificationCollector}) {@link ClassificationReport}; {@link MetricsCsv}, {@link MetricsJsonl}
 * and {@link Json} turn them into text. Files, directories and atomic renames belong to the caller.
 * A grid of runs has records of its own: {@link RunEvent}s fold into {@link RunRecord}s, those
 * become {@link SummaryCsv} and, with the cells' curves, a {@link GridPage}, whose cells are one
 * {@link GridGroup} where they differ in the seed alone.
 *
 * <p><b>Threads.</b> Records are immutable. {@link ClassificationCollector} belongs to one thread.
 * All else is static or immutable and may be called from any thread.
 *
 * <p><b>Imports.</b> Nothing of SyncNorm: these records are the contract, so that any package can
 * fill them. Jackson for JSON and commons-math for Student's t, because Spark has them on its class
 * path already.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Numbers never pass through the machine's default locale: a report written in Germany or
 *       Egypt reads like any other.
 *   <li>Numbers that are not finite are {@code null} in JSON, {@code NaN} or {@code Infinity} in
 *       CSV, a gap in a curve and a dash on the page: a diverged run still gets a valid report.
 *   <li>Accuracies are fractions in CSV and JSON and percent in reports and plots; differences of
 *       them are in percentage points.
 *   <li>{@code metrics.csv} keeps its columns for those who read it by position; what is added goes
 *       to {@code metrics.jsonl}, whose objects may grow.
 * </ul>
 */
package io.syncnorm.report;
