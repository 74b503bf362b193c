package io.syncnorm.cli.process;

import org.apache.hadoop.security.UserGroupInformation;

/**
 * Tells Hadoop who runs it where the system cannot: user ids without a name, such as those that
 * OpenShift gives out, fail in Java's own login. An agent of the JVM, because it must come before
 * anything of Spark's, in executors too; the submit scripts ask for it where it is needed.
 */
public final class NamelessUser {
  private NamelessUser() {}

  /** Called by Java before main. */
  public static void premain(String options) {
    String name = System.getenv("SPARK_USER");
    try {
      if (name != null && !UserGroupInformation.isSecurityEnabled()) {
        UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
      }
    } catch (NoClassDefFoundError e) {
      // A JVM without Hadoop asks for no name.
    }
  }
}
