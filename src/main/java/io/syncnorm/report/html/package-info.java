/**
 * Combines records and plots into self-contained HTML pages.
 *
 * <p><b>Flow.</b> The caller fills a {@link ReportPage} for {@link HtmlReport}, or a {@link
 * io.syncnorm.report.GridPage} for {@link GridReport}; each section is a string of HTML, and {@link
 * HtmlPage} is the frame around them. {@link EpochSections} can be drawn in advance. A run collects
 * its page in a {@link RunReport}; {@link LivePage} shows it before the run has ended.
 *
 * <p><b>Threads.</b> Everything is static or immutable and may be called from any thread. {@link
 * RunReport} is the exception, and synchronized.
 *
 * <p><b>Imports.</b> The records of {@link io.syncnorm.report} and the plots of {@link
 * io.syncnorm.report.plot}; no outside library.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>The page is built from text blocks and one escaping function ({@link
 *       io.syncnorm.report.plot.Xml}); a template engine would add a language and a dependency for
 *       a single page.
 *   <li>A live page is the report with a line, a footer and a script: there is one way to show a
 *       run, and what the page shows last is the report, character for character. Only the script
 *       that is served with it may run.
 *   <li>A plot that cannot be drawn is replaced by a note.
 *   <li>The page contains each plot twice, drawn for a desktop and for a phone, and shows one of
 *       them: a picture scaled down to a third has unreadable labels. The small drift plots are
 *       drawn only for a phone and appear side by side on a desktop.
 *   <li>The report of a grid links to its runs, and when it is written each run's report gets a
 *       link back: a run may be older than its grid and a cell of several grids.
 *   <li>A grid's page shows Student's t intervals over seeds and differences between pairs with the
 *       same seed: with three to five seeds the spread between seeds would hide the difference.
 * </ul>
 */
package io.syncnorm.report.html;
