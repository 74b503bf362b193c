/**
 * Turns plain records of a finished run into what people and programs read: {@code metrics.csv},
 * {@code metrics.jsonl}, {@code result.json}, the learning curves as PNG and SVG, and one
 * self-contained HTML page.
 *
 * <p><b>Flow.</b> The caller fills {@link EpochMetrics}, {@link RunResult} and (through {@link
 * EvaluationCollector}) {@link Evaluation}; {@link MetricsCsv}, {@link MetricsJsonl}, {@link
 * RunResult#toJson()}, {@link Plot} and {@link HtmlReport} turn them into text and bytes. Files,
 * directories and atomic renames belong to the caller.
 *
 * <p>A grid of runs has records of its own: {@link RunEvent}s fold into {@link RunRecord}s, those
 * become {@link SummaryCsv} and, with the cells' curves, a {@link GridPage}, which {@link
 * GridReport} and {@link GridPlots} show.
 *
 * <p><b>Threads.</b> Records are immutable. {@link EvaluationCollector} belongs to one thread. All
 * else is static or immutable and may be called from any thread.
 *
 * <p><b>Imports.</b> Nothing of SyncNorm: these records are the contract, so that any package can
 * fill them. Jackson for JSON and commons-math for Student's t, because Spark has them on its class
 * path already. XChart for plots, because it has the ggplot look built in, and of XML Graphics
 * Commons a canvas. slf4j.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Numbers never pass through the machine's default locale: a report written in Germany or
 *       Egypt reads like any other.
 *   <li>Numbers that are not finite are {@code null} in JSON, {@code NaN} or {@code Infinity} in
 *       CSV, a gap in a curve and a dash on the page: a diverged run still gets a valid report.
 *   <li>All plots use the DejaVu Sans shipped beside this package. Servers with nothing but a JDK
 *       often have no fonts at all, and Java then cannot even measure a string (see {@link
 *       PlotFonts}); the same font everywhere also gives the same picture everywhere.
 *   <li>Text in SVG is drawn as shapes for the same reason; a {@code title} and a {@code desc}
 *       repeat it for screen readers and for searching.
 *   <li>The SVG is written by {@link SvgCanvas} itself, on the state that a library's canvas keeps:
 *       a plot takes 2.5 ms instead of the 9 of a library that writes SVG, and two thirds of the
 *       bytes, which counts where a grid has a report for each of its cells.
 *   <li>A plot is drawn once, in the colours of white paper; in the dark the page's style replaces
 *       each of them ({@link PlotColour}). Files stay light.
 *   <li>Accuracies are fractions in CSV and JSON and percent in reports and plots; differences of
 *       them are in percentage points.
 *   <li>The report of a grid links to its runs, and when it is written each of them gets a link
 *       back: a run may be older than its grid and a cell of several.
 *   <li>{@link PlotException} is checked: a caller who holds a finished training has to go on
 *       without the picture. {@link HtmlReport} does so by itself and writes a note instead.
 *   <li>{@code metrics.csv} keeps its columns for those who read it by position; what is added goes
 *       to {@code metrics.jsonl}, whose objects may grow.
 *   <li>The page carries each plot twice, drawn for a desktop and for a telephone, and shows one: a
 *       picture scaled down to a third has unreadable labels. The small ones of drift are drawn for
 *       a telephone alone and stand beside each other on a desktop.
 *   <li>A grid's page has intervals of Student's t over seeds and differences of pairs with the
 *       same seed: with three to five seeds the spread between seeds would hide what a pair shows.
 *       Cells are numbered, because their coordinates do not fit below a bar.
 *   <li>The page is put together from text blocks and one escaping function ({@link Html}); a
 *       template engine would add a language and a dependency for a single page.
 * </ul>
 */
package io.syncnorm.report;
