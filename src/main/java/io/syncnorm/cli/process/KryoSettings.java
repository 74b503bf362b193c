package io.syncnorm.cli.process;

import io.syncnorm.spark.Packet;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.serializer.KryoSerializer;

/** Settings of Kryo that were made for another job, so that this one can live with them. */
final class KryoSettings {
  private static final String REGISTRATOR = "spark.kryo.registrator";
  private static final String CLASSES = "spark.kryo.classesToRegister";

  private KryoSettings() {}

  /**
   * Registers what this job sends where classes must be registered, and leaves out a registrator
   * that fails: ND4J's does on Java 17, users copy it, and Spark makes a Kryo of its own whatever
   * the serializer is.
   *
   * @param remark told what is left out, and why
   */
  static void mend(SparkConf conf, Consumer<String> remark) {
    if (conf.getBoolean("spark.kryo.registrationRequired", false)) {
      String given = conf.get(CLASSES, "");
      conf.set(CLASSES, (given.isBlank() ? "" : given + ",") + Packet.class.getName());
    }
    if (conf.contains(REGISTRATOR)) {
      try {
        new KryoSerializer(conf).newKryo();
      } catch (Exception | LinkageError e) { // Scala declares none of them
        remark.accept(
            "%s = %s fails and is left out, as nothing here needs it: %s"
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
