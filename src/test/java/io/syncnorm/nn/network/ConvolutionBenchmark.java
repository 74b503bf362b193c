package io.syncnorm.nn.network;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Window;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Measures what the layers of a convolutional step cost, beside the bare products over ready
 * patches: LeNet's, and those of a network for 32 x 32 x 3 images. Microseconds a batch of 32, the
 * median of many.
 */
public final class ConvolutionBenchmark {
  private static final int ROWS = 32;
  private static final int ROUNDS = 15;
  private static final double SECONDS = 0.02;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ConvolutionBenchmark() {}

  /**
   * @param args with any argument, tries every block of outputs
   */
  public static void main(String[] args) {
    boolean everyBlock = args.length > 0;
    Window.Padding valid = Window.Fixed.VALID;
    Window.Padding same = new Window.Same();
    convolution(new Dimensions(28, 28, 1), 8, Window.square(5, 1, valid), everyBlock);
    rest(new Dimensions(24, 24, 8));
    convolution(new Dimensions(12, 12, 8), 16, Window.square(5, 1, valid), everyBlock);
    rest(new Dimensions(8, 8, 16));
    convolution(new Dimensions(32, 32, 3), 32, Window.square(3, 1, same), everyBlock);
    rest(new Dimensions(32, 32, 32));
    convolution(new Dimensions(16, 16, 32), 64, Window.square(3, 1, same), everyBlock);
    rest(new Dimensions(16, 16, 64));
    convolution(new Dimensions(8, 8, 64), 128, Window.square(3, 1, same), everyBlock);
    rest(new Dimensions(8, 8, 128));
  }

  private static void convolution(Dimensions in, int filters, Window window, boolean everyBlock) {
    Layer.Convolution settings = new Layer.Convolution(filters, window, Layer.Bias.NONE);
    Dimensions out = settings.output(in);
    int fanIn = settings.fanIn(in);
    float[] parameters = values(fanIn * filters);
    float[] gradient = new float[parameters.length];
    float[] x = values(ROWS * in.size());
    float[] dx = new float[x.length];
    float[] y = values(ROWS * out.size());
    float[] patches = values(ROWS * out.positions() * fanIn);
    int m = ROWS * out.positions();
    Blas blas = Blas.instance();
    print(
        "products " + in + " -> " + out,
        micros(() -> blas.multiply(patches, 0, parameters, 0, y, m, fanIn, filters)),
        micros(() -> blas.multiplyTransposedLeft(patches, 0, y, gradient, 0, m, fanIn, filters)),
        micros(() -> blas.multiplyTransposedRight(y, parameters, 0, patches, m, fanIn, filters)));
    int chosen = FilterBlock.size(in, settings);
    for (int block = 1; block <= out.width(); block++) {
      if (out.width() % block == 0 && (everyBlock || block == chosen)) {
        Convolution pass = new Convolution(in, settings, 0, -1, ROWS, block);
        float[] dy = values(ROWS * out.size());
        print(
            "  convolution, block " + block + (block == chosen ? " (chosen)" : ""),
            micros(() -> pass.forward(parameters, x, 0, ROWS, y)),
            micros(() -> pass.parameterGradient(x, 0, dy, ROWS, gradient)),
            micros(() -> pass.inputGradient(parameters, dy, ROWS, dx)));
      }
    }
  }

  private static void rest(Dimensions image) {
    int channels = image.channels();
    NetworkState state = new NetworkState(values(2 * channels), new float[2 * channels]);
    ChannelStatistics statistics =
        new ChannelStatistics(
            image, new Layer.BatchNormalization(0.99, 1e-3), 0, 0, channels, 0, RankReduction.NONE);
    Window two = Window.square(2, 2, Window.Fixed.VALID);
    pass("  batch norm", new BatchNorm(image, statistics), image, image, state);
    Layer.Activated relu = new Layer.Activated(Activation.RELU);
    pass("  relu", new ActivationPass(relu, image.size()), image, image, state);
    Layer.MaxPooling max = new Layer.MaxPooling(two);
    pass("  max pooling", new MaxPooling(image, max, ROWS), image, max.output(image), state);
    PooledBatchNorm pooled = new PooledBatchNorm(image, statistics, max, ROWS);
    pass("  batch norm and max pooling", pooled, image, max.output(image), state);
    Layer.AveragePooling mean = new Layer.AveragePooling(two, Layer.AveragePooling.Divisor.WINDOW);
    pass("  mean pooling", new AveragePooling(image, mean), image, mean.output(image), state);
    Dropout dropout = new Dropout(image, new Layer.Dropout(0.5));
    pass("  dropout", dropout, image, image, state);
  }

  private static void pass(
      String name, LayerPass pass, Dimensions in, Dimensions out, NetworkState state) {
    float[] x = values(ROWS * in.size());
    float[] y = values(ROWS * out.size());
    float[] dy = values(ROWS * out.size());
    float[] dx = pass.isGradientInPlace() ? dy : new float[x.length];
    float[] gradient = new float[state.parameters().length];
    float[] p = state.parameters();
    print(
        name,
        micros(() -> pass.forward(Network.Mode.TRAINING, state, x, ROWS, y)),
        0,
        micros(() -> pass.backward(p, x, y, dy, ROWS, gradient, dx, LayerPass.NOTHING)));
  }

  private static void print(String name, double forward, double parameters, double inputs) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%-40s forward %7.0f  dw %7.0f  dx %7.0f",
            name,
            forward,
            parameters,
            inputs));
  }

  /** Processor time: other processes of the machine matter less. */
  private static double micros(Runnable task) {
    double[] rounds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = THREADS.getCurrentThreadCpuTime();
      int runs = 0;
      do {
        task.run();
        runs++;
      } while (THREADS.getCurrentThreadCpuTime() - start < SECONDS * 1e9);
      rounds[round] = (THREADS.getCurrentThreadCpuTime() - start) * 1e-3 / runs;
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  private static float[] values(int length) {
    float[] values = new float[length];
    SplittableRandom random = new SplittableRandom(length);
    for (int i = 0; i < length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }
}
