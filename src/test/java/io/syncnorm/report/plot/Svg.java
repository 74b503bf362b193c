package io.syncnorm.report.plot;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
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

  /** Returns the attributes of each line. */
  Stream<String> lineStyles() {
    return lines().map(Svg::attributes);
  }

  /** Returns the tick marks of the horizontal axis. */
  long epochTickMarks() {
    return lines()
        .filter(line -> line.getAttribute("stroke").equals("#333333"))
        .filter(line -> line.getAttribute("d").matches("m[^l]+l0 [^l]+"))
        .count();
  }

  private static String attributes(Element line) {
    NamedNodeMap attributes = line.getAttributes();
    return IntStream.range(0, attributes.getLength())
        .mapToObj(i -> attributes.item(i).toString())
        .collect(Collectors.joining(" "));
  }

  private Stream<Element> lines() {
    NodeList paths = document.getElementsByTagName("path");
    return IntStream.range(0, paths.getLength())
        .mapToObj(paths::item)
        .map(Element.class::cast)
        .filter(path -> path.hasAttribute("stroke"));
  }
}
