package io.syncnorm.report.plot;

import org.knowm.xchart.internal.chartpart.IChart;

/** What a {@link Plot} shows, drawn anew for each size. */
interface Drawing {
  /** A few words. */
  String title();

  /** Axes and series in words, for readers who cannot see the picture. */
  String description();

  /**
   * The picture at one size.
   *
   * @throws PlotException if this machine has no usable fonts
   */
  IChart draw(PlotSize size) throws PlotException;
}
