package io.syncnorm.dl4j;

import java.lang.ref.WeakReference;
import org.deeplearning4j.nn.api.Model;

/**
 * What the outer optimizer remembers from one fit to the next of the same network: DL4J's networks
 * have no place for it. Of one network alone, the last.
 */
final class CarriedVelocity {
  private WeakReference<Model> network = new WeakReference<>(null);
  private Engine engine = Engine.AUTO;
  private float[] velocity = {};

  /**
   * @param fresh before the first step: what there is for a network that was not trained last, or
   *     in the other engine, which orders parameters in its own way
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
