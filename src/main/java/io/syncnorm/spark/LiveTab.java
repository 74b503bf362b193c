package io.syncnorm.spark;

import io.syncnorm.spark.version.HtmlPage;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.xml.Utility;

/**
 * A tab in Spark's UI that links to the live view of a run. Spark's tabs are private in Scala and
 * public in bytecode; no other class of ours uses them.
 */
public final class LiveTab extends SparkUITab {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTab.class);
  private static final String NAME = "SyncNorm";

  private LiveTab(SparkUI ui, String address, Supplier<String> where) {
    super(ui, "syncnorm");
    attachPage(new HtmlPage(this, "Live view", () -> link(address, where.get())));
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Adds the tab if Spark's UI is on. If this version of Spark has other pages, a warning is
   * logged.
   *
   * @param address of the live view, a URL
   * @param where says who can reach it, as plain text; called when the tab is shown
   */
  public static void attach(JavaSparkContext spark, String address, Supplier<String> where) {
    try {
      Option<SparkUI> ui = spark.sc().ui();
      if (ui.isDefined()) {
        ui.get().attachTab(new LiveTab(ui.get(), address, where));
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("cannot add a tab for the live view to Spark's UI: {}", e.toString());
    }
  }

  private static String link(String address, String where) {
    String url = Utility.escape(address);
    return """
        <p>The report of the run, which grows while it trains:
        <a href="%s" target="_blank" rel="noreferrer">%s</a></p>
        <p>%s</p>
        """
        .formatted(url, url, Utility.escape(where));
  }
}
