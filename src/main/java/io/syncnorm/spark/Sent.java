package io.syncnorm.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * An object that all executors have, each a copy of its own; in local mode it is the driver's.
 *
 * @param packet as Spark keeps it
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

  /** Sends each of several objects by itself, or none of them. */
  public static <T extends Serializable> List<Sent<T>> each(
      JavaSparkContext spark, List<T> values) {
    List<Sent<T>> sent = new ArrayList<>();
    try {
      values.forEach(value -> sent.add(of(spark, value)));
      return List.copyOf(sent);
    } catch (RuntimeException | Error e) { // the others are of no use
      sent.forEach(Sent::destroy);
      throw e;
    }
  }

  public T value() {
    return packet.value().value();
  }

  /** Frees it on the driver and on all executors. */
  public void destroy() {
    packet.destroy();
  }
}
