package io.syncnorm.report;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** An SVG file, parsed as XML. */
final class Svg {
  private final Document document;

  Svg(String file) throws Exception {
    document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
  }

  String text(String element) {
    return document.getElementsByTagName(element).item(0).getTextContent();
  }

  /** The {@code style} of each line. */
  Stream<String> lineStyles() {
    return lines().map(line -> line.getAttribute("style"));
  }

  /** Tick marks of the horizontal axis. */
  long epochTickMarks() {
    return lines()
        .filter(line -> line.getAttribute("style").contains("stroke:rgb(51,51,51)"))
        .filter(line -> line.getAttribute("x1").equals(line.getAttribute("x2")))
        .count();
  }

  private Stream<Element> lines() {
    NodeList lines = document.getElementsByTagName("line");
    return IntStream.range(0, lines.getLength()).mapToObj(lines::item).map(Element.class::cast);
  }
}
