package io.syncnorm.report.plot;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.function.Consumer;

/**
 * A drawing on a white background.
 *
 * @param width in pixels, like height
 * @param content draws the picture
 */
record PlotPicture(int width, int height, Consumer<Graphics2D> content) {
  void paint(Graphics2D g) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(PlotColour.PAPER.onPaper());
    g.fillRect(0, 0, width, height);
    content.accept(g);
  }
}
