package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.knowm.xchart.style.CategoryStyler;

class PlotStyleTest {
  @ParameterizedTest
  @EnumSource
  void shouldStandLabelsUprightThatWouldRunIntoEachOther(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    assertFalse(style.areUpright(List.of("2", "4", "8", "16", "32")));
    List<String> names = List.of("synchronized-every-batch", "local", "without-normalization");
    List<String> twice = IntStream.range(0, 6).mapToObj(i -> names.get(i % 3) + i).toList();
    assertTrue(style.areUpright(twice));

    CategoryStyler styler = new CategoryStyler();
    assertEquals(twice, style.standUpright(styler, twice));
    assertEquals(90, styler.getXAxisLabelRotation());
  }

  @ParameterizedTest
  @EnumSource
  void shouldCutLongLabelsAndKeepThemApart(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    List<String> alike = IntStream.range(0, 9).mapToObj(i -> "long".repeat(40) + i).toList();
    List<String> labels = style.standUpright(new CategoryStyler(), alike);

    assertEquals(9, new HashSet<>(labels).size());
    assertTrue(labels.stream().allMatch(label -> label.endsWith("…")), labels::toString);
    assertTrue(style.uprightHeight(alike) <= size.width / 2);
  }
}
