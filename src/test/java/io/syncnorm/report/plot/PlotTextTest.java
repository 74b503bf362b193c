package io.syncnorm.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Font;
import org.junit.jupiter.api.Test;

class PlotTextTest {
  @Test
  void shouldTruncateTextToTheAvailableWidth() throws PlotException {
    Font font = PlotFonts.plain().deriveFont(18f);
    String title = "#6 case=synchronized, batch-size=32, momentum=0.99";
    for (int width = 100; width < 600; width += 50) {
      String cut = PlotText.fitting(title, font, width);
      assertTrue(PlotText.outline(cut, font, 0, 20).getBounds2D().getMaxX() <= width, cut);
      assertTrue(cut.equals(title) || cut.endsWith("…"), cut);
    }
    assertEquals(title, PlotText.fitting(title, font, 600));
    assertEquals("", PlotText.fitting("", font, 1));
  }
}
