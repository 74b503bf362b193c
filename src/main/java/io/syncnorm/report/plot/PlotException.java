package io.syncnorm.report.plot;

/**
 * A plot could not be drawn, most likely because Java finds no usable fonts on this machine.
 * Checked, so that a caller holding a finished training keeps it and goes on without the picture.
 */
public final class PlotException extends Exception {
  private static final long serialVersionUID = 1L;

  PlotException(String message, Throwable cause) {
    super(message, cause);
  }
}
