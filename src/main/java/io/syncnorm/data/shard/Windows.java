package io.syncnorm.data.shard;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Seeds;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The windows of a rank's epochs, in order. If rows are on disk, a thread loads the next window
 * while the current one is used; so at most two are in memory. If the budget has memory for one
 * only, the next one is loaded when the current one is used up. For one thread.
 */
final class Windows implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final RowOrder rowOrder;
  private final long seed;
  private final int rank;
  private final int windowBlocks;
  private final int windows;

  /** The order of the epoch's blocks. Of the thread that loads, as is the content of a window. */
  private final int[] blockOrder;

  /** The epoch of that order. */
  private OptionalInt orderedEpoch = OptionalInt.empty();

  /** The current window and the next one; or one window. */
  private final Window[] pair;

  private final RowStore store;
  private long leased;

  /** Loads windows one after another; ends when it is idle. Null if all rows are in memory. */
  private final ThreadPoolExecutor reader;

  private int epoch;
  private int index;

  /** Rows to skip in the next window. */
  private int skipped;

  private int current;
  private Ahead ahead;

  /** A window that is being loaded into the window that is not current. */
  private record Ahead(int epoch, int index, Future<?> loaded) {}

  Windows(RowStore store, RowOrder rowOrder, long seed, int rank) {
    this.rowOrder = rowOrder;
    this.seed = seed;
    this.rank = rank;
    this.store = store;
    int blocks = store.layout().blocks();
    this.windowBlocks = store.windowBlocks(rowOrder);
    this.windows = blocks == 0 ? 0 : (blocks - 1) / windowBlocks + 1;
    this.blockOrder = new int[blocks];
    this.leased = store.lease(rowOrder);
    this.pair = new Window[store.isPair(rowOrder, leased) ? 2 : 1];
    for (int i = 0; i < pair.length; i++) {
      pair[i] = new Window(store, windowBlocks);
    }
    this.reader = store.isOnDisk() ? reader(rank) : null;
  }

  private static ThreadPoolExecutor reader(int rank) {
    return new ThreadPoolExecutor(
        0,
        1,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "syncnorm-rows-" + rank);
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Moves to a row of an epoch.
   *
   * @param rows number of rows before it, fewer than the store has or 0
   */
  void startEpoch(int newEpoch, long rows) {
    epoch = newEpoch;
    index = 0;
    skipped = 0;
    if (rows > 0) {
      skip(rows);
    }
    if (pair.length == 2 && !isAhead()) {
      loadAhead(epoch, index);
    }
  }

  private void skip(long rows) {
    int[] order = new int[blockOrder.length];
    order(order, epoch);
    long left = rows;
    for (int inWindow = rowsOf(order, index); left >= inWindow; inWindow = rowsOf(order, index)) {
      left -= inWindow;
      index++;
    }
    skipped = (int) left;
  }

  private int rowsOf(int[] order, int window) {
    int from = window * windowBlocks;
    int rows = 0;
    for (int i = from; i < Math.min(order.length, from + windowBlocks); i++) {
      rows += store.layout().rowsOf(order[i]);
    }
    return rows;
  }

  private boolean isAhead() {
    return ahead != null
        && ahead.index == index
        && (ahead.epoch == epoch || rowOrder == RowOrder.FIXED);
  }

  private void loadAhead(int ofEpoch, int number) {
    Window into = pair[pair.length - 1 - current];
    // An earlier window that is still being loaded is overwritten afterwards: there is one thread.
    ahead = new Ahead(ofEpoch, number, reader.submit(() -> load(into, ofEpoch, number)));
  }

  /**
   * Returns the next window of the epoch; the one before is no longer valid.
   *
   * @throws io.syncnorm.data.DataException if rows cannot be read from disk
   * @throws CancellationException if the thread is interrupted while it waits
   */
  Window next() {
    Window next = loadNext();
    next.skip(skipped);
    skipped = 0;
    return next;
  }

  private Window loadNext() {
    if (reader == null) {
      load(pair[0], epoch, index++);
      return pair[0];
    }
    if (pair.length == 1) {
      loadAhead(epoch, index);
    }
    await(ahead.loaded);
    current = pair.length - 1 - current;
    index++;
    if (pair.length == 2) {
      boolean isLast = index == windows;
      loadAhead(isLast ? epoch + 1 : epoch, isLast ? 0 : index);
    }
    return pair[current];
  }

  private static void await(Future<?> loaded) {
    try {
      loaded.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot load rows: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled while waiting for rows from disk");
    }
  }

  /**
   * Loads a window. The blocks of an epoch are permuted by (seed, rank, epoch), and the rows of a
   * window by (seed, rank, epoch, window). If there is only one window, its rows alone are
   * permuted, by (seed, rank, epoch): a full shuffle.
   */
  private void load(Window into, int ofEpoch, int number) {
    boolean isShuffled = rowOrder == RowOrder.RESHUFFLED_EACH_EPOCH;
    if (orderedEpoch.isEmpty() || orderedEpoch.getAsInt() != ofEpoch) {
      order(blockOrder, ofEpoch);
      orderedEpoch = OptionalInt.of(ofEpoch);
    }
    int from = number * windowBlocks;
    into.load(blockOrder, from, Math.min(blockOrder.length, from + windowBlocks));
    if (isShuffled) {
      into.shuffle(
          windows == 1 ? Seeds.mix(seed, rank, ofEpoch) : Seeds.mix(seed, rank, ofEpoch, number));
    }
  }

  private void order(int[] blocks, int ofEpoch) {
    Seeds.fillIdentity(blocks);
    if (rowOrder == RowOrder.RESHUFFLED_EACH_EPOCH && windows > 1) {
      Seeds.shuffle(blocks, blocks.length, Seeds.mix(seed, rank, ofEpoch));
    }
  }

  /** Ends the thread. */
  @Override
  public void close() {
    if (reader != null) {
      reader.shutdownNow();
    }
    store.holdings.giveBack(leased);
    leased = 0;
  }
}
