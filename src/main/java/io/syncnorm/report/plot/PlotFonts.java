package io.syncnorm.report.plot;

import java.awt.AWTError;
import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides the font of all plots: DejaVu Sans, shipped with its license beside this class.
 *
 * <p>A font file alone is not enough. Before Java opens any font, it asks fontconfig which fonts
 * the machine uses for names such as SansSerif. On a server without fontconfig or without fonts
 * that fails with {@code InternalError: Fontconfig head is null}. The JDK also reads such a table
 * from the file named by the system property {@code sun.awt.fontconfig}, and tries again after a
 * failure. So this class first tries to load the font. If that fails, it writes the shipped font
 * and a table that names only this font to a temporary directory, sets the property and tries
 * again. If fonts work, nothing is changed. A value of the property that is already set is kept.
 */
final class PlotFonts {
  private static final Logger LOG = LoggerFactory.getLogger(PlotFonts.class);
  private static final String FONT_FILE = "DejaVuSans.ttf";
  private static final String FONT_NAME = "DejaVu Sans";
  private static final String TABLE_PROPERTY = "sun.awt.fontconfig";

  private static Font font;

  private PlotFonts() {}

  /**
   * Returns the font at size 1; derive the required size from it.
   *
   * @throws PlotException if Java cannot use any font on this machine
   */
  static synchronized Font plain() throws PlotException {
    if (font == null) {
      font = load();
    }
    return font;
  }

  private static Font load() throws PlotException {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
    try {
      return create();
    } catch (IOException
        | FontFormatException
        | RuntimeException
        | LinkageError
        | InternalError
        | AWTError first) {
      if (System.getProperty(TABLE_PROPERTY) != null) {
        throw noFonts(first);
      }
      try {
        Path table = writeTable();
        System.setProperty(TABLE_PROPERTY, table.toString());
        Font created = create();
        LOG.info("this machine has no fonts: plots use SyncNorm's {}", FONT_NAME);
        return created;
      } catch (IOException
          | FontFormatException
          | RuntimeException
          | LinkageError
          | InternalError
          | AWTError second) {
        System.clearProperty(TABLE_PROPERTY);
        second.addSuppressed(first);
        throw noFonts(second);
      }
    }
  }

  private static Font create() throws IOException, FontFormatException {
    try (InputStream in = open()) {
      return Font.createFont(Font.TRUETYPE_FONT, in);
    }
  }

  private static PlotException noFonts(Throwable cause) {
    return new PlotException(
        "Java cannot use any font on this machine, so plots are omitted; install the packages"
            + " fontconfig, fonts-dejavu-core and libfreetype6 (or their equivalents on your system): "
            + cause,
        cause);
  }

  /** Writes font and table to a temporary directory that is deleted when the JVM ends. */
  private static Path writeTable() throws IOException {
    Path directory = Files.createTempDirectory("syncnorm-font");
    Path fontFile = directory.resolve(FONT_FILE);
    Path table = directory.resolve("fontconfig.properties");
    for (Path path : List.of(directory, fontFile, table)) {
      path.toFile().deleteOnExit();
    }
    try (InputStream in = open()) {
      Files.copy(in, fontFile);
    }
    Properties entries = new Properties();
    entries.setProperty("version", "1");
    entries.setProperty("sequence.allfonts", "latin-1");
    entries.setProperty("filename." + FONT_NAME.replace(' ', '_'), fontFile.toString());
    for (String family : List.of("serif", "sansserif", "monospaced", "dialog", "dialoginput")) {
      for (String style : List.of("plain", "bold", "italic", "bolditalic")) {
        entries.setProperty(family + "." + style + ".latin-1", FONT_NAME);
      }
    }
    try (var out = Files.newBufferedWriter(table, StandardCharsets.ISO_8859_1)) {
      entries.store(out, null);
    }
    return table;
  }

  private static InputStream open() throws IOException {
    InputStream in = PlotFonts.class.getResourceAsStream(FONT_FILE);
    if (in == null) {
      throw new IOException("resource " + FONT_FILE + " not found beside " + PlotFonts.class);
    }
    return in;
  }
}
