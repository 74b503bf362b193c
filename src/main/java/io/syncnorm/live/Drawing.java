package io.syncnorm.live;

import io.syncnorm.report.html.EpochSections;
import io.syncnorm.report.html.HtmlReport;
import io.syncnorm.report.html.LivePage;
import io.syncnorm.report.html.ReportPage;
import io.syncnorm.report.html.RunReport;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the pages of a run, one at a time. Drawing takes tenths of a second of a processor on which
 * ranks may train. So the sections are drawn only when they have changed, and after a pause that is
 * longer than drawing them took, however many browsers ask. The facts above them are always those
 * of now.
 */
final class Drawing {
  private static final Logger LOG = LoggerFactory.getLogger(Drawing.class);

  /** Pause after drawing, as a multiple of the time that it took. */
  private static final int PAUSE = 4;

  /** The first drawing takes seconds, on a busy machine many: Java loads and compiles it. */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private int revision;
  private String sections = "";
  private String header = "";
  private long endNanos;
  private long pauseNanos;
  private boolean hasFailed;
  private boolean hasWarned;

  /**
   * Returns the page as of now. If it cannot be drawn, the last one is returned and the first
   * failure logged.
   *
   * @param isLast whether the run has ended, and everything is drawn without a pause
   * @param notice how the run is doing
   */
  synchronized LivePage draw(RunReport report, boolean isLast, String notice) {
    long start = System.nanoTime();
    int now = report.revision() + 1; // before the page, so that it is never newer than that
    boolean isDue = isLast || endNanos == 0 || start - endNanos >= pauseNanos;
    ReportPage page = report.page();
    try {
      if (now != revision && isDue) {
        sections =
            HtmlReport.sections(page, EpochSections.of(page.epochs(), page.result().hosts()));
        revision = now;
        hasFailed = false;
      }
      header = HtmlReport.header(page, sections);
    } catch (RuntimeException | LinkageError e) {
      hasFailed = true;
      warn(e);
    } finally {
      if (isDue) {
        endNanos = System.nanoTime();
        pauseNanos = Math.min(PAUSE * (endNanos - start), LONGEST_PAUSE_NANOS);
      }
    }
    String failure = hasFailed ? "The report cannot be drawn: the run's log says why. " : "";
    return new LivePage(revision, isLast, failure + notice, header, sections);
  }

  private void warn(Throwable failure) {
    if (!hasWarned) {
      hasWarned = true;
      LOG.warn("the live view cannot be drawn; the run continues", failure);
    }
  }
}
