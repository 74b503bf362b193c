package io.syncnorm.cli.process;

import org.apache.hadoop.security.UserGroupInformation;

/**
 * Sets Hadoop's user name if the system has none: user ids without a name, as in OpenShift, fail in
 * Java's login. It is a JVM agent, because it must run before any Spark code, also in executors;
 * the submit scripts add it when needed.
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
      // A JVM without Hadoop needs no name.
    }
  }
}
