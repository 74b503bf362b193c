package io.syncnorm.nn.optimizer;

import java.util.List;

/**
 * An update with a gradient that is clipped first, and with penalties on parameters, in DL4J's
 * order:
 *
 * <pre>
 * g = clip(scale * gradient)        g += L2 p        p -= decay p        update with g
 * </pre>
 *
 * <p>The caller's gradient is not changed.
 */
public final class Conditioned implements Optimizer {
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final List<Clip> clips;
  private final List<Penalty> inGradient;
  private final List<Penalty> decays;
  private final float[] conditioned;
  private double rate;

  /**
   * A rule with limits and penalties.
   *
   * @param clips in the order in which they apply
   */
  public record Rule(Optimizer.Rule rule, List<Clip> clips, List<Penalty> penalties)
      implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

    public Rule {
      clips = List.copyOf(clips);
      penalties = List.copyOf(penalties);
    }

    @Override
    public int slots() {
      return rule.slots();
    }

    @Override
    public Schedule schedule() {
      return rule.schedule();
    }

    @Override
    public Optimizer optimizer(int parameterCount) {
      return new Conditioned(this, parameterCount);
    }
  }

  /** Returns the rule itself if there are no limits and no penalties. */
  public static Optimizer.Rule rule(
      Optimizer.Rule rule, List<Clip> clips, List<Penalty> penalties) {
    return clips.isEmpty() && penalties.isEmpty() ? rule : new Rule(rule, clips, penalties);
  }

  private Conditioned(Rule rule, int parameterCount) {
    this.optimizer = rule.rule.optimizer(parameterCount);
    this.schedule = rule.schedule();
    this.clips = rule.clips;
    this.inGradient = rule.penalties.stream().filter(Penalty::isInGradient).toList();
    this.decays = rule.penalties.stream().filter(each -> !each.isInGradient()).toList();
    boolean changesGradient = !clips.isEmpty() || !inGradient.isEmpty();
    this.conditioned = new float[changesGradient ? parameterCount : 0];
    this.rate = schedule.rate(Elapsed.NOTHING);
  }

  @Override
  public void moveTo(Elapsed elapsed) {
    optimizer.moveTo(elapsed);
    rate = schedule.rate(elapsed);
  }

  @Override
  public void update(float[] parameters, float[] gradient, float scale) {
    if (conditioned.length > 0) {
      for (int i = 0; i < conditioned.length; i++) {
        conditioned[i] = gradient[i] * scale;
      }
      clips.forEach(each -> each.apply(conditioned));
      inGradient.forEach(each -> each.addTo(conditioned, parameters));
    }
    decays.forEach(each -> each.decay(parameters, rate));
    if (conditioned.length > 0) {
      optimizer.update(parameters, conditioned, 1);
    } else {
      optimizer.update(parameters, gradient, scale);
    }
  }

  @Override
  public List<float[]> slots() {
    return optimizer.slots();
  }

  @Override
  public long updates() {
    return optimizer.updates();
  }

  @Override
  public void setUpdates(long updates) {
    optimizer.setUpdates(updates);
  }
}
