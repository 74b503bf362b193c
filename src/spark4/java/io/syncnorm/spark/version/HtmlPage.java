package io.syncnorm.spark.version;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction0;
import scala.xml.Node;
import scala.xml.Unparsed;

/** A page of Spark's UI. Servlets and sequences of nodes have other types in each version. */
public final class HtmlPage extends WebUIPage {
  private final SparkUITab tab;
  private final String title;
  private final Supplier<String> html;

  /**
   * @param html returns the content, below Spark's own header; called when the page is shown
   */
  public HtmlPage(SparkUITab tab, String title, Supplier<String> html) {
    super("");
    this.tab = tab;
    this.title = title;
    this.html = html;
  }

  @Override
  public Seq<Node> render(HttpServletRequest request) {
    Content content = new Content(new Unparsed(html.get()));
    Method header =
        Arrays.stream(UIUtils.class.getMethods())
            .filter(method -> method.getName().equals("headerSparkPage"))
            .findAny()
            .orElseThrow();
    try {
      @SuppressWarnings("unchecked") // Scala's Seq<Node>
      Seq<Node> page =
          (Seq<Node>)
              header.invoke(
                  null, Parameters.of(header, request, title, content, tab, Option.empty()));
      return page;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Spark's UI cannot show this page: title=" + title, e);
    }
  }

  /** The content of a page, which Spark asks for. */
  private static final class Content extends AbstractFunction0<Seq<Node>> {
    private final Node node;

    Content(Node node) {
      this.node = node;
    }

    @Override
    public Seq<Node> apply() {
      return node;
    }
  }
}
