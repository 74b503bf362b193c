package io.syncnorm.dl4j;

import java.lang.ref.WeakReference;
import org.deeplearning4j.nn.api.Model;

/**
 * What the outer optimizer remembers from one fit to the next of the same network: DL4J's networks
 * have no place for it. Of one network alone, the last.
 */
final class CarriedVelocity {
  private WeakReference<Model> network = new WeakReference<>(null);
  private float[] velocity = {};

  /**
   * @param fresh before the first step: what there is for a network that was not trained last, or
   *     in another engine
   */
  float[] of(Model of, float[] fresh) {
    return network.refersTo(of) && velocity.length == fresh.length ? velocity : fresh;
  }

  void keep(Model of, float[] last) {
    network = new WeakReference<>(of);
    velocity = last;
  }
}
