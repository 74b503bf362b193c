package io.syncnorm.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;

/**
 * The location of a file or a folder, parsed from a user's text by one rule for the command line
 * and for configurations:
 *
 * <ul>
 *   <li>A text that begins with a scheme, a colon and a slash is an address. {@code file:} is a
 *       local URI, in which each {@code %} with two digits is decoded. All other addresses are
 *       parsed by Hadoop.
 *   <li>Any other text is a name in the local file system, relative to the working directory, and
 *       every character is literal. Hadoop's default file system is not used.
 * </ul>
 *
 * <p>Spark programs expect Spark's own rule: see {@link #inSpark}.
 */
public sealed interface Location {
  /** An address; a scheme of one letter would be a Windows drive. */
  Pattern ADDRESS = Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]+):(/.*)");

  /** A location on a local or mounted disk. */
  record Local(Path path) implements Location {
    @Override
    public Local resolve(String name) {
      return new Local(path.resolve(name));
    }

    @Override
    public Optional<Local> parent() {
      return Optional.ofNullable(path.toAbsolutePath().getParent()).map(Local::new);
    }

    @Override
    public String name() {
      return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    /**
     * Built with the scheme, to select the local file system, and from parts, to avoid URI parsing.
     */
    @Override
    public org.apache.hadoop.fs.Path forHadoop() {
      return new org.apache.hadoop.fs.Path("file", null, path.toAbsolutePath().toString());
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A location on a file system that Hadoop supports. */
  record Remote(org.apache.hadoop.fs.Path path) implements Location {
    @Override
    public Remote resolve(String name) {
      return new Remote(new org.apache.hadoop.fs.Path(path, name));
    }

    @Override
    public Optional<Remote> parent() {
      return Optional.ofNullable(path.getParent()).map(Remote::new);
    }

    @Override
    public String name() {
      return path.getName();
    }

    @Override
    public org.apache.hadoop.fs.Path forHadoop() {
      return path;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A location together with its file system and its full path there. */
  record Stored(FileSystem system, org.apache.hadoop.fs.Path path) {
    /**
     * Returns the location as a folder. Local folders bypass Hadoop, which leaves extra files there
     * and renames less reliably.
     */
    public Folder folder() {
      return of(path) instanceof Local local
          ? new LocalFolder(local.path())
          : new HadoopFolder(system, path);
    }

    /** The full path in Hadoop's form. */
    public String address() {
      return path.toString();
    }

    /**
     * Finds the file or folder at this location.
     *
     * @throws FileNotFoundException if it does not exist
     */
    public Found find() throws IOException {
      return new Found(system, system.getFileStatus(path));
    }

    /** Deletes the file, or the folder with all that it contains, if it exists. */
    public void delete() throws IOException {
      system.delete(path, true);
    }
  }

  /** An existing file or folder. */
  record Found(FileSystem system, FileStatus status) {
    /** The full path in Hadoop's form. */
    public String address() {
      return status.getPath().toString();
    }

    public String name() {
      return status.getPath().getName();
    }

    public boolean isFolder() {
      return status.isDirectory();
    }

    /** The size of the file as reported by its file system. */
    public long bytes() {
      return status.getLen();
    }

    /** The folder itself, or the folder that contains the file. */
    public Folder folder() {
      org.apache.hadoop.fs.Path path = status.getPath();
      return new Stored(system, isFolder() ? path : path.getParent()).folder();
    }

    /** Opens the file at its first byte; the caller closes the stream. */
    public InputStream open() throws IOException {
      return system.open(status.getPath());
    }

    /** Opens the file at a byte; the caller closes the stream. */
    public InputStream openAt(long offset) throws IOException {
      FSDataInputStream in = system.open(status.getPath());
      try {
        in.seek(offset);
        return in;
      } catch (IOException | RuntimeException e) {
        try {
          in.close();
        } catch (IOException onClose) {
          e.addSuppressed(onClose);
        }
        throw e;
      }
    }
  }

  /**
   * Parses a text by the rule of the command line and of configurations.
   *
   * @throws LocationException if the text is not a valid name or address
   */
  static Location of(String text) throws LocationException {
    if (text.isEmpty()) {
      throw new LocationException(text, "a name", "nothing", null);
    }
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      return new Local(named(text, text));
    }
    if (address.group(1).equalsIgnoreCase("file")) {
      return new Local(named(decoded(address.group(2), text), text));
    }
    try {
      return new Remote(new org.apache.hadoop.fs.Path(text));
    } catch (IllegalArgumentException e) {
      throw new LocationException(text, "an address that Hadoop can read", e.getMessage(), e);
    }
  }

  /**
   * Parses a text that must refer to a local or mounted file or folder.
   *
   * @param what the expected kind: a file or a folder
   * @throws LocationException if the location is not local, or the text is not a valid name
   */
  static Path local(String text, String what) throws LocationException {
    if (of(text) instanceof Local local) {
      return local.path();
    }
    throw new LocationException("expected a local or mounted %s, found %s".formatted(what, text));
  }

  /**
   * Parses a text by Spark's rule, for programs: a path without a scheme is on Hadoop's default
   * file system, and nothing is decoded.
   *
   * @throws LocationException if the text is not a valid name or address
   */
  static Location inSpark(String text) throws LocationException {
    try {
      return new Remote(
          ADDRESS.matcher(text).matches()
              ? new org.apache.hadoop.fs.Path(text)
              : new org.apache.hadoop.fs.Path(null, null, text));
    } catch (IllegalArgumentException e) {
      throw new LocationException(text, "a path", e.getMessage(), e);
    }
  }

  /** Returns the location of a full path, as returned by {@link #in} and by file systems. */
  static Location of(org.apache.hadoop.fs.Path whole) {
    return "file".equals(whole.toUri().getScheme())
        ? new Local(Path.of(whole.toUri().getPath()))
        : new Remote(whole);
  }

  /** The location of a name in this folder. */
  Location resolve(String name);

  /** The folder that contains this location; empty for the root of a file system. */
  Optional<? extends Location> parent();

  /** The last part of the name. */
  String name();

  /** The location as a Hadoop path. */
  org.apache.hadoop.fs.Path forHadoop();

  /** The text that Hadoop and Spark, by their own rule, parse to this location. */
  default String address() {
    return forHadoop().toString();
  }

  /**
   * Opens the file system of this location.
   *
   * @throws IOException if the file system is unknown or cannot be reached
   */
  default Stored in(Configuration hadoop) throws IOException {
    try {
      FileSystem system = forHadoop().getFileSystem(hadoop);
      // It would look for a checksum beside each file, which fails for a name with a colon.
      FileSystem plain =
          system instanceof LocalFileSystem local ? local.getRawFileSystem() : system;
      return new Stored(plain, plain.makeQualified(forHadoop()));
    } catch (RuntimeException e) { // such as a missing class
      throw new IOException("not an address of a known file system: " + e.getMessage(), e);
    }
  }

  /** The text a user would write: {@link #of(String)} parses it to an equal location. */
  @Override
  String toString();

  private static Path named(String name, String text) throws LocationException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new LocationException(
          text,
          "characters of Java's file name encoding (sun.jnu.encoding=%s)"
              .formatted(System.getProperty("sun.jnu.encoding")),
          e.getReason() + "; start the program with LC_ALL=C.UTF-8",
          e);
    }
  }

  /** Decodes the part after {@code file:}. java.net.URI would reject blanks and cut a name at #. */
  private static String decoded(String rest, String text) throws LocationException {
    String path = rest.replaceFirst("^//(localhost)?(?=/)", "");
    if (path.startsWith("//") && !path.startsWith("///")) {
      throw new LocationException(
          text, "a URI of a local file, such as file:/folder/name", "a host name", null);
    }
    try {
      String name = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (name.contains(LocationException.UNREADABLE)) {
        throw new IllegalArgumentException("invalid UTF-8");
      }
      return name;
    } catch (IllegalArgumentException e) {
      throw new LocationException(
          text, "a URI of a local file, where a percent sign is %25", e.getMessage(), e);
    }
  }
}
