package io.syncnorm.cli.process;

import io.syncnorm.spark.Packet;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.serializer.KryoSerializer;

/** Adapts Kryo settings made for other jobs. */
final class KryoSettings {
  private static final String REGISTRATOR = "spark.kryo.registrator";
  private static final String CLASSES = "spark.kryo.classesToRegister";

  private KryoSettings() {}

  /**
   * Registers this job's class if registration is required, and removes a registrator that fails:
   * ND4J's fails on Java 17, users copy it, and Spark creates a Kryo instance regardless of the
   * serializer.
   *
   * @param remark receives what is removed, and why
   */
  static void adapt(SparkConf conf, Consumer<String> remark) {
    if (conf.getBoolean("spark.kryo.registrationRequired", false)) {
      String given = conf.get(CLASSES, "");
      conf.set(CLASSES, (given.isBlank() ? "" : given + ",") + Packet.class.getName());
    }
    if (conf.contains(REGISTRATOR)) {
      try {
        new KryoSerializer(conf).newKryo();
      } catch (Exception | LinkageError e) { // Scala declares no checked exceptions
        remark.accept(
            "ignoring %s = %s, which fails and is not needed here: %s"
                .formatted(REGISTRATOR, conf.get(REGISTRATOR), rootMessage(e)));
        conf.remove(REGISTRATOR);
      }
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof SparkException ? root.getMessage() : root.toString();
  }
}
