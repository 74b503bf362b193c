package io.syncnorm.spark.version;

import java.util.List;

/** The versions of Spark and Java that this build is for. */
public final class Supported {
  /** What the name of a version of Spark begins with. */
  public static final String PREFIX = "3.5.";

  /** What is expected, for messages. */
  public static final String EXPECTED = "Spark 3.5 with Scala 2.12";

  /** Versions of Java that it supports. */
  public static final List<String> JAVA = List.of("17");

  /** Which of them are expected, for messages. */
  public static final String EXPECTED_JAVA = "Java 17, the newest that Spark 3.5 supports";

  private Supported() {}
}
