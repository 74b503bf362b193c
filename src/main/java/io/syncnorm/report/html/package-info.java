/**
 * Puts records and plots together as self-contained HTML pages.
 *
 * <p><b>Flow.</b> The caller fills a {@link ReportPage} for {@link HtmlReport}, or a {@link
 * io.syncnorm.report.GridPage} for {@link GridReport}; each section is a string of HTML, and {@link
 * HtmlPage} is the frame around them. {@link EpochSections} may be drawn ahead of the rest.
 *
 * <p><b>Threads.</b> All is static or immutable and may be called from any thread.
 *
 * <p><b>Imports.</b> The records of {@link io.syncnorm.report} and the plots of {@link
 * io.syncnorm.report.plot}; no outside library.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>The page is put together from text blocks and one escaping function ({@link
 *       io.syncnorm.report.plot.Xml}); a template engine would add a language and a dependency for
 *       a single page.
 *   <li>A plot that cannot be drawn is replaced by a note.
 *   <li>The page carries each plot twice, drawn for a desktop and for a telephone, and shows one: a
 *       picture scaled down to a third has unreadable labels. The small ones of drift are drawn for
 *       a telephone alone and stand beside each other on a desktop.
 *   <li>The report of a grid links to its runs, and when it is written each of them gets a link
 *       back: a run may be older than its grid and a cell of several.
 *   <li>A grid's page has intervals of Student's t over seeds and differences of pairs with the
 *       same seed: with three to five seeds the spread between seeds would hide what a pair shows.
 * </ul>
 */
package io.syncnorm.report.html;
