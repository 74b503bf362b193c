package io.syncnorm.spark.version;

import java.util.List;

/** The versions of Spark and Java that this build is for. */
public final class Supported {
  /** What the name of a version of Spark begins with. */
  public static final String PREFIX = "4.";

  /** What is expected, for messages. */
  public static final String EXPECTED = "Spark 4 with Scala 2.13";

  /** Versions of Java that it supports. */
  public static final List<String> JAVA = List.of("17", "21");

  /** Which of them are expected, for messages. */
  public static final String EXPECTED_JAVA = "Java 17 or 21, which Spark 4 supports";

  private Supported() {}
}
