package io.syncnorm.report.html;

import io.syncnorm.report.plot.Xml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page of a run while it trains: the header and the sections of its report below a line that
 * says how the run is doing. Its script asks the server for {@link #update} and replaces what has
 * changed, without a reload. It keeps what it has when the server is gone.
 *
 * @param revision of the sections
 * @param hasEnded whether nothing will change anymore
 * @param notice how the run is doing, plain text
 * @param header as of {@link HtmlReport#header}
 * @param sections as of {@link HtmlReport#sections}
 */
public record LivePage(
    int revision, boolean hasEnded, String notice, String header, String sections) {
  private static final String SCRIPT = Html.resource("live.js");

  /**
   * The value of the header {@code Content-Security-Policy} for these pages: no other script than
   * theirs, requests to their own server only, and no frames around them.
   */
  public static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
          + sha256(SCRIPT)
          + "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /**
   * Returns the header of a run that has no report yet.
   *
   * @param name of the run, plain text
   * @param status plain text
   */
  public static String headerBefore(String name, String status) {
    String facts =
        "<ul class=\"facts\"><li>status <b>%s</b></li></ul>".formatted(Xml.escape(status));
    return HtmlPage.header(HtmlReport.PRODUCT, name, facts, "");
  }

  /**
   * Returns the page.
   *
   * @param name of the run, plain text
   * @param footer where the page comes from, plain text
   */
  public String html(String name, String footer) {
    String body =
        """
        %s%s<footer>%s</footer>
        <script>%s</script>
        """
            .formatted(line(), HtmlPage.body(header, sections), Xml.escape(footer), SCRIPT);
    return HtmlPage.document(name, "", Html.resource("live.css"), body);
  }

  /**
   * Returns what a page needs to show this state: the line, the header, and the sections if they
   * are others than it shows.
   *
   * @param shown revision of the sections that the page shows
   */
  public String update(int shown) {
    return line() + (shown == revision ? header : HtmlPage.body(header, sections));
  }

  private String line() {
    return """
        <p id="live" role="status" data-revision="%s" data-state="%s">%s</p>
        """
        .formatted(revision, hasEnded ? "ended" : "running", Xml.escape(notice));
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
