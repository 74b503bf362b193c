/**
 * Draws records as plots in ggplot's look, as PNG and SVG.
 *
 * <p><b>Flow.</b> {@link Plot} and {@link GridPlots} choose a chart for the records; it is drawn
 * anew for each {@link PlotSize}, in the {@link PlotStyle} that all share, on Java's canvas or on
 * {@link SvgCanvas}.
 *
 * <p><b>Threads.</b> All is static or immutable and may be called from any thread.
 *
 * <p><b>Imports.</b> The records of {@link io.syncnorm.report}, and no pages. XChart, because it
 * has the ggplot look built in, and of XML Graphics Commons a canvas; nobody else uses them. slf4j.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
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
 *   <li>{@link PlotException} is checked: a caller who holds a finished training continues without
 *       the picture.
 *   <li>Cells of a grid are numbered, because their coordinates do not fit below a bar.
 * </ul>
 */
package io.syncnorm.report.plot;
