package io.syncnorm.report.plot;

/**
 * Thrown when a plot cannot be drawn, most likely because Java finds no usable fonts on this
 * machine. Checked, so that a caller with a finished training continues without the picture.
 */
public final class PlotException extends Exception {
  private static final long serialVersionUID = 1L;

  PlotException(String message, Throwable cause) {
    super(message, cause);
  }
}
