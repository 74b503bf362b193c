package io.syncnorm.nn;

/** Elementwise activations, in place. The derivative is computed from the output alone. */
public enum Activation {
  /** None: {@code x}. */
  IDENTITY {
    @Override
    public void forward(float[] x, int length, float alpha) {}

    @Override
    public void backward(float[] output, float[] gradient, int length, float alpha) {}
  },
  /** {@code max(0, x)}; derivative 0 at 0. */
  RELU {
    @Override
    public void forward(float[] x, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        x[i] = Math.max(0f, x[i]);
      }
    }

    @Override
    public void backward(float[] output, float[] gradient, int length, float alpha) {
      // A branch here is unpredictable and prevents vector instructions: 25 times slower.
      // Two factors, so that the smallest output, 2^-149, counts as 1 too.
      for (int i = 0; i < length; i++) {
        gradient[i] *= Math.min(1f, output[i] * Float.MAX_VALUE * Float.MAX_VALUE);
      }
    }
  },
  /** Hyperbolic tangent; derivative {@code 1 - y^2}. */
  TANH {
    @Override
    public void forward(float[] x, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        x[i] = (float) Math.tanh(x[i]);
      }
    }

    @Override
    public void backward(float[] output, float[] gradient, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        gradient[i] *= 1f - output[i] * output[i];
      }
    }
  },
  /** {@code 1 / (1 + exp(-x))}; derivative {@code y (1 - y)}. */
  SIGMOID {
    @Override
    public void forward(float[] x, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        x[i] = (float) (1 / (1 + Math.exp(-x[i])));
      }
    }

    @Override
    public void backward(float[] output, float[] gradient, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        gradient[i] *= output[i] * (1f - output[i]);
      }
    }
  },
  /**
   * {@code x} above 0, {@code alpha x} below; derivative alpha at 0 (Maas, Hannun and Ng,
   * "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013).
   */
  LEAKY_RELU {
    @Override
    public void forward(float[] x, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        x[i] = Math.max(0f, x[i]) + alpha * Math.min(0f, x[i]);
      }
    }

    @Override
    public void backward(float[] output, float[] gradient, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        float above = Math.min(1f, Math.max(0f, output[i]) * Float.MAX_VALUE * Float.MAX_VALUE);
        gradient[i] *= above + alpha * (1f - above);
      }
    }
  },
  /**
   * {@code x} above 0, {@code alpha (exp(x) - 1)} below; derivative {@code y + alpha} at and below
   * 0 (Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential
   * Linear Units", 2016).
   */
  ELU {
    @Override
    public void forward(float[] x, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        if (x[i] < 0f) {
          x[i] = (float) (alpha * (Math.exp(x[i]) - 1));
        }
      }
    }

    @Override
    public void backward(float[] output, float[] gradient, int length, float alpha) {
      for (int i = 0; i < length; i++) {
        float above = Math.min(1f, Math.max(0f, output[i]) * Float.MAX_VALUE * Float.MAX_VALUE);
        gradient[i] *= above + (1f - above) * (Math.min(0f, output[i]) + alpha);
      }
    }
  };

  /**
   * Replaces the first {@code length} inputs by their outputs.
   *
   * @param alpha see {@link Layer.Activated}; at least 0
   */
  public abstract void forward(float[] x, int length, float alpha);

  /**
   * Replaces the gradient with respect to the outputs by that with respect to the inputs.
   *
   * @param alpha that of {@link #forward}
   */
  public abstract void backward(float[] output, float[] gradient, int length, float alpha);
}
