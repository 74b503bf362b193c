package io.syncnorm.report.html;

import io.syncnorm.report.plot.Xml;
import java.util.List;
import java.util.Map;

/** The sections on configuration, data and versions, from which the results come. */
final class ProvenanceSections {
  private ProvenanceSections() {}

  static String html(ReportPage page) {
    return Html.section(
            "configuration",
            "Configuration",
            "How to read this: the effective configuration, defaults included. The same"
                + " configuration, seed and number of ranks give a bit-identical model.",
            """
            <pre tabindex="0" role="region" aria-label="Effective configuration">%s</pre>"""
                .formatted(Xml.escape(page.config())))
        + Html.section(
            "data",
            "Data",
            "How to read this: the SHA-256 of each file as it was read. Equal hashes mean equal"
                + " data, regardless of the path.",
            table("Data files", page.result().data(), "File", "SHA-256", "no data files"))
        + Html.section(
            "versions",
            "Versions",
            "How to read this: the software that the run used. Another BLAS or processor may change"
                + " the last digits and the speed.",
            table("Software", page.versions(), "Component", "Version", "no versions recorded"));
  }

  private static String table(
      String caption, Map<String, String> entries, String key, String value, String ifEmpty) {
    if (entries.isEmpty()) {
      return "<p class=\"note\">%s</p>".formatted(Xml.escape(ifEmpty));
    }
    return Html.table(
        caption,
        entries.entrySet(),
        List.of(
            new Column<>(key, entry -> Xml.escape(entry.getKey())),
            new Column<>(value, entry -> Html.code(entry.getValue()))));
  }
}
