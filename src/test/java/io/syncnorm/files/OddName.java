package io.syncnorm.files;

/** A name with all characters that are special to shells, URIs, globs, class paths or HOCON. */
public final class OddName {
  public static final String TEXT = "a b%20#?:+*[x]{a,b}\\\"'$(ü)\nz";

  private OddName() {}
}
