package io.syncnorm.dl4j;

import java.lang.ref.WeakReference;
import org.deeplearning4j.nn.api.Model;

/**
 * The outer optimizer's velocity, carried from one fit of a network to the next fit of the same
 * network. DL4J's networks cannot store it. Only the velocity of the network trained last is kept.
 */
final class CarriedVelocity {
  private WeakReference<Model> network = new WeakReference<>(null);
  private Engine engine = Engine.AUTO;
  private float[] velocity = {};

  /**
   * Returns the velocity to start a fit with.
   *
   * @param fresh velocity before the first step, used for a network that was not the last one
   *     trained and after a change of engine, because each engine orders parameters differently
   */
  float[] of(Model of, Engine in, float[] fresh) {
    boolean isOfIt = network.refersTo(of) && engine == in && velocity.length == fresh.length;
    return isOfIt ? velocity : fresh;
  }

  void keep(Model of, Engine in, float[] last) {
    network = new WeakReference<>(of);
    engine = in;
    velocity = last;
  }
}
