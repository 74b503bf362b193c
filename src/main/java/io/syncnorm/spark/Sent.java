package io.syncnorm.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A broadcast object: each executor has its own copy; in local mode all ranks share the driver's.
 *
 * @param packet Spark's broadcast of the value
 */
public record Sent<T>(Broadcast<Packet<T>> packet) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if Spark's serializer refuses it
   */
  public static <T extends Serializable> Sent<T> of(JavaSparkContext spark, T value) {
    Packet.requireAccepted();
    return new Sent<>(spark.broadcast(new Packet<>(value)));
  }

  /** Broadcasts several objects separately; if one fails, none is kept. */
  public static <T extends Serializable> List<Sent<T>> each(
      JavaSparkContext spark, List<T> values) {
    List<Sent<T>> sent = new ArrayList<>();
    try {
      values.forEach(value -> sent.add(of(spark, value)));
      return List.copyOf(sent);
    } catch (RuntimeException | Error e) { // all or none
      sent.forEach(Sent::destroy);
      throw e;
    }
  }

  public T value() {
    return packet.value().value();
  }

  /** Frees the object on the driver and on all executors. */
  public void destroy() {
    Freeing.free(packet);
  }
}
