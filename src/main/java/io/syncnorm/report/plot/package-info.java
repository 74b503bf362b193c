/**
 * Draws records as plots in the ggplot style, as PNG and SVG.
 *
 * <p><b>Flow.</b> {@link Plot} and {@link GridPlots} choose a chart for the records. It is drawn
 * separately for each {@link PlotSize}, in a common {@link PlotStyle}, on Java's canvas or on
 * {@link SvgCanvas}.
 *
 * <p><b>Threads.</b> Everything is static or immutable and may be called from any thread.
 *
 * <p><b>Imports.</b> The records of {@link io.syncnorm.report}, and no pages. XChart, because it
 * has a built-in ggplot theme, and a canvas from XML Graphics Commons; no other package uses them.
 * slf4j.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>All plots use the DejaVu Sans shipped with this package. Servers with only a JDK often have
 *       no fonts at all, and Java then cannot even measure a string (see {@link PlotFonts}). One
 *       font also gives identical pictures everywhere.
 *   <li>Text in SVG is drawn as shapes for the same reason; a {@code title} and a {@code desc}
 *       repeat it for screen readers and search.
 *   <li>{@link SvgCanvas} writes the SVG itself and uses a library only for the state of the
 *       canvas: a plot takes 2.5 ms instead of the 9 ms of an SVG library, and two thirds of the
 *       bytes, which matters if a grid has a report for each of its cells.
 *   <li>A plot is drawn once, in light colors; in dark mode the page's style sheet replaces them
 *       ({@link PlotColour}). Files stay light.
 *   <li>{@link PlotException} is checked: a caller with a finished training continues without the
 *       picture.
 *   <li>Cells of a grid are numbered, because their coordinates do not fit below a bar.
 * </ul>
 */
package io.syncnorm.report.plot;
