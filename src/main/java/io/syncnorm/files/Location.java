package io.syncnorm.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;

/**
 * Where a file or a folder is. Made from what a user wrote, here and nowhere else, by one rule for
 * the command line and for configurations:
 *
 * <ul>
 *   <li>What begins with a scheme, a colon and a slash is an address. One with {@code file:} is a
 *       URI: local, and each {@code %} with two digits in it is decoded. All others are Hadoop's,
 *       and read as Hadoop reads them.
 *   <li>All else is a name in the local file system, relative to the folder one is in, and every
 *       character of it stands for itself. Hadoop's default file system plays no part.
 * </ul>
 *
 * <p>Programs that use Spark expect Spark's own rule, which is {@link #inSpark}.
 */
public sealed interface Location {
  /** A scheme of one letter would be a drive of Windows. */
  Pattern ADDRESS = Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]+):(/.*)");

  /** On a local or mounted disk. */
  record Local(Path path) implements Location {
    @Override
    public Local resolve(String name) {
      return new Local(path.resolve(name));
    }

    /** Through the scheme, so that it is of no other file system, and in parts, to be no URI. */
    @Override
    public org.apache.hadoop.fs.Path forHadoop() {
      return new org.apache.hadoop.fs.Path("file", null, path.toAbsolutePath().toString());
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** On a file system that Hadoop knows. */
  record Remote(org.apache.hadoop.fs.Path path) implements Location {
    @Override
    public Remote resolve(String name) {
      return new Remote(new org.apache.hadoop.fs.Path(path, name));
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

  /** A location whose file system was asked for: with it, and with its whole path there. */
  record Stored(FileSystem system, org.apache.hadoop.fs.Path path) {
    /**
     * As a folder. Local ones go around Hadoop, which there leaves files of its own and renames
     * less surely.
     */
    public Folder folder() {
      return of(path) instanceof Local local
          ? new LocalFolder(local.path())
          : new HadoopFolder(system, path);
    }

    /** The whole path, as Hadoop calls it. */
    public String address() {
      return path.toString();
    }

    /**
     * Looks what is there.
     *
     * @throws FileNotFoundException if nothing is
     */
    public Found find() throws IOException {
      return new Found(system, system.getFileStatus(path));
    }
  }

  /** A file or a folder that is there. */
  record Found(FileSystem system, FileStatus status) {
    /** Its whole path, as Hadoop calls it. */
    public String address() {
      return status.getPath().toString();
    }

    public String name() {
      return status.getPath().getName();
    }

    public boolean isFolder() {
      return status.isDirectory();
    }

    /** The size of the file as its file system states it. */
    public long bytes() {
      return status.getLen();
    }

    /** The folder that it is, or that it is in. */
    public Folder folder() {
      org.apache.hadoop.fs.Path path = status.getPath();
      return new Stored(system, isFolder() ? path : path.getParent()).folder();
    }

    /** Opens the file at its first byte; the caller closes the stream. */
    public InputStream open() throws IOException {
      return system.open(status.getPath());
    }
  }

  /**
   * By the rule of the command line and of configurations.
   *
   * @throws LocationException if nothing can have such a name
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
   * The same, where it must be local or mounted.
   *
   * @param what it is to be: a file or a folder
   * @throws LocationException if it is not local, or nothing can have such a name
   */
  static Path local(String text, String what) throws LocationException {
    if (of(text) instanceof Local local) {
      return local.path();
    }
    throw new LocationException("expected a local or mounted %s, found %s".formatted(what, text));
  }

  /**
   * By Spark's rule, for programs: what has no scheme is of Hadoop's default file system, and
   * nothing is decoded.
   *
   * @throws LocationException if nothing can have such a name
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

  /** Of a whole path, as {@link #in} and file systems give it. */
  static Location of(org.apache.hadoop.fs.Path whole) {
    return "file".equals(whole.toUri().getScheme())
        ? new Local(Path.of(whole.toUri().getPath()))
        : new Remote(whole);
  }

  /** What has a name in this folder. */
  Location resolve(String name);

  /** As Hadoop calls it. */
  org.apache.hadoop.fs.Path forHadoop();

  /** The text from which Hadoop and Spark, by their own rule, make the same. */
  default String address() {
    return forHadoop().toString();
  }

  /**
   * Asks for its file system.
   *
   * @throws IOException if there is no such file system, or it cannot be reached
   */
  default Stored in(Configuration hadoop) throws IOException {
    try {
      FileSystem system = forHadoop().getFileSystem(hadoop);
      // Which would look for a checksum beside each file, and cannot where a name has a colon.
      FileSystem plain =
          system instanceof LocalFileSystem local ? local.getRawFileSystem() : system;
      return new Stored(plain, plain.makeQualified(forHadoop()));
    } catch (RuntimeException e) { // A missing class, for one, comes as RuntimeException.
      throw new IOException("it is no address of a known file system: " + e.getMessage(), e);
    }
  }

  /** What a user would write for it: {@link #of(String)} makes the same of it. */
  @Override
  String toString();

  private static Path named(String name, String text) throws LocationException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new LocationException(
          text,
          "characters that Java can write here (sun.jnu.encoding=%s)"
              .formatted(System.getProperty("sun.jnu.encoding")),
          e.getReason() + "; start it with LC_ALL=C.UTF-8",
          e);
    }
  }

  /** What stands behind {@code file:}. java.net.URI would refuse blanks, and cut a name at #. */
  private static String decoded(String rest, String text) throws LocationException {
    String path = rest.replaceFirst("^//(localhost)?(?=/)", "");
    if (path.startsWith("//") && !path.startsWith("///")) {
      throw new LocationException(
          text, "a URI of a local file, such as file:/folder/name", "the name of a host", null);
    }
    try {
      String name = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (name.contains(LocationException.UNREADABLE)) {
        throw new IllegalArgumentException("what is no UTF-8");
      }
      return name;
    } catch (IllegalArgumentException e) {
      throw new LocationException(
          text, "a URI of a local file, where a percent sign is %25", e.getMessage(), e);
    }
  }
}
