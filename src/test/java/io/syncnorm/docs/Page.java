package io.syncnorm.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** A page of the documentation, parsed as GitHub does. */
public record Page(Path file, String text, Node root) {
  private static final Path FOLDER = Path.of("src", "docs");

  /** A row of a table, cell by cell. */
  public record Row(List<Cell> cells) {
    /** Returns the cell of a column; an empty one if the row is too short. */
    public Cell cell(int column) {
      return column < cells.size() ? cells.get(column) : new Cell("", List.of());
    }
  }

  /**
   * A cell of a table.
   *
   * @param text the text without markup
   * @param code the parts that are marked as code
   */
  public record Cell(String text, List<String> code) {}

  /** A block of code and the language it is in. */
  public record Listing(String language, String code) {}

  /** A link or a picture. */
  record Reference(String target, String words) {}

  /** The page of this name in {@code src/docs}. */
  public static Page of(String name) {
    return read(FOLDER.resolve(name + ".md"));
  }

  /** The README, all pages, and the READMEs of folders. */
  public static List<Page> all() {
    try (Stream<Path> pages = Files.list(FOLDER)) {
      return Stream.concat(
              Stream.of("README.md", "data/README.md", "submit/schedule/README.md").map(Path::of),
              pages.filter(file -> file.toString().endsWith(".md")).sorted())
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page read(Path file) {
    try {
      String text = Files.readString(file);
      Parser parser =
          Parser.builder()
              .extensions(List.of(TablesExtension.create()))
              .includeSourceSpans(IncludeSourceSpans.BLOCKS)
              .build();
      return new Page(file, text, parser.parse(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the rows of the only table whose first column has this heading. */
  public List<Row> table(String head) {
    List<List<Row>> tables =
        tables().stream().filter(rows -> rows.get(0).cell(0).text().equals(head)).toList();
    assertEquals(1, tables.size(), "tables headed \"%s\" in %s".formatted(head, file));
    return tables.get(0).subList(1, tables.get(0).size());
  }

  /** Returns all tables, each with its headings as the first row. */
  List<List<Row>> tables() {
    List<List<Row>> tables = new ArrayList<>();
    for (TableBlock table : blocks(TableBlock.class)) {
      tables.add(nodes(table, TableRow.class).stream().map(Page::row).toList());
    }
    return tables;
  }

  /** Blocks of code in this language. */
  public List<Listing> listings(String language) {
    return listings().stream().filter(listing -> listing.language().equals(language)).toList();
  }

  /** Returns all blocks of code; a block without a language has an empty one. */
  List<Listing> listings() {
    return blocks(FencedCodeBlock.class).stream()
        .map(block -> new Listing(block.getInfo(), block.getLiteral()))
        .toList();
  }

  /** Returns inline code. */
  public List<String> code() {
    return nodes(root, Code.class).stream().map(Code::getLiteral).toList();
  }

  List<Reference> links() {
    return nodes(root, Link.class).stream()
        .map(link -> new Reference(link.getDestination(), words(link)))
        .toList();
  }

  List<Reference> pictures() {
    return nodes(root, Image.class).stream()
        .map(image -> new Reference(image.getDestination(), words(image)))
        .toList();
  }

  /** Returns the anchor of each heading, as GitHub creates it. */
  List<String> anchors() {
    return headings()
        .map(heading -> words(heading).toLowerCase(Locale.ROOT))
        .map(words -> words.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  /** Returns the headings of the first level. */
  List<String> titles() {
    return headings().filter(heading -> heading.getLevel() == 1).map(Page::words).toList();
  }

  /** Returns the lines that are neither code nor rows of tables, by their numbers. */
  List<String> prose() {
    List<String> lines = new ArrayList<>(text.lines().toList());
    Consumer<Node> blank =
        node -> node.getSourceSpans().forEach(span -> lines.set(span.getLineIndex(), ""));
    blocks(FencedCodeBlock.class).forEach(blank);
    blocks(TableBlock.class).forEach(blank);
    return lines;
  }

  private Stream<Heading> headings() {
    return blocks(Heading.class).stream();
  }

  private <T extends Node> List<T> blocks(Class<T> kind) {
    return nodes(root, kind);
  }

  private static Row row(TableRow row) {
    List<Cell> cells = new ArrayList<>();
    for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
      cells.add(
          new Cell(words(cell), nodes(cell, Code.class).stream().map(Code::getLiteral).toList()));
    }
    return new Row(cells);
  }

  private static String words(Node of) {
    return nodes(of, Node.class).stream()
        .map(
            node ->
                node instanceof Text plain
                    ? plain.getLiteral()
                    : node instanceof Code code ? code.getLiteral() : "")
        .collect(Collectors.joining());
  }

  /** Returns the nodes below a node, in the order of the page. */
  private static <T extends Node> List<T> nodes(Node of, Class<T> kind) {
    List<T> found = new ArrayList<>();
    for (Node child = of.getFirstChild(); child != null; child = child.getNext()) {
      if (kind.isInstance(child)) {
        found.add(kind.cast(child));
      }
      found.addAll(nodes(child, kind));
    }
    return found;
  }

  /** Returns the page's file. */
  @Override
  public String toString() {
    return file.toString();
  }
}
