package io.syncnorm.dl4j;

import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.RankStates;
import java.lang.ref.WeakReference;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * What one fit of a network leaves to the next fit of the same network, and DL4J's networks cannot
 * store: the outer optimizer's velocity, and the updater's state of every worker that keeps its
 * own, except the first. Only that of the network trained last is kept.
 */
final class CarriedState {
  private WeakReference<Model> network = new WeakReference<>(null);
  private Engine engine = Engine.AUTO;
  private float[] velocity = {};
  private RankStates states = RankStates.NONE;

  /**
   * Returns the velocity to start a fit with.
   *
   * @param fresh velocity before the first step, used for a network that was not the last one
   *     trained and after a change of engine, because each engine orders parameters differently
   */
  float[] velocity(Model of, Engine in, float[] fresh) {
    return isOf(of, in) && velocity.length == fresh.length ? velocity : fresh;
  }

  /** Returns the progress that a fit starts from: with the states of the workers if they fit. */
  Progress progress(Model of, Engine in, Snapshot start, int world) {
    boolean fits = isOf(of, in) && states.fits(start.optimizerSlots(), world - 1);
    return new Progress(List.of(), start, fits ? states.retain() : RankStates.NONE, start);
  }

  void keep(Model of, Engine in, Progress last) {
    network = new WeakReference<>(of);
    engine = in;
    velocity = last.latest().outerVelocity();
    states.release();
    states = last.states();
  }

  private boolean isOf(Model of, Engine in) {
    return network.refersTo(of) && engine == in;
  }
}
