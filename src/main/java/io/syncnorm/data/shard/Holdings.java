package io.syncnorm.data.shard;

/** What a store must free: memory of the budget and its file. Thread-safe. */
final class Holdings implements Runnable {
  private final Budget budget;
  private long reserved;

  /** The part of {@link #reserved} that is for readers and not in use. */
  private long spare;

  private RowFile file;

  Holdings(Budget budget) {
    this.budget = budget;
  }

  synchronized boolean tryReserve(long bytes) {
    boolean isReserved = budget.tryReserve(bytes);
    reserved += isReserved ? bytes : 0;
    return isReserved;
  }

  synchronized void reserve(long bytes) {
    budget.reserve(bytes);
    reserved += bytes;
  }

  synchronized void release(long bytes) {
    budget.release(bytes);
    reserved -= bytes;
  }

  /** Sets reserved bytes aside for readers. */
  synchronized void spare(long bytes) {
    spare += bytes;
  }

  /**
   * Gives memory to a reader.
   *
   * @param most what it can use
   * @param least what it needs in any case
   * @return {@code most}, if there is as much; otherwise {@code least}
   */
  synchronized long lease(long most, long least) {
    if (most > spare && !tryReserve(most - spare)) {
      reserve(Math.max(0, least - spare));
      spare = Math.max(0, spare - least);
      return least;
    }
    spare = Math.max(0, spare - most);
    return most;
  }

  /** Takes back what a reader had. */
  synchronized void giveBack(long leased) {
    spare += leased;
  }

  synchronized void own(RowFile newFile) {
    file = newFile;
  }

  synchronized RowFile file() {
    return file;
  }

  /** Passes everything to another owner. */
  synchronized Holdings transfer() {
    Holdings heir = new Holdings(budget);
    heir.reserved = reserved;
    heir.spare = spare;
    heir.file = file;
    reserved = 0;
    spare = 0;
    file = null;
    return heir;
  }

  /** Frees everything; calling it again has no effect. */
  @Override
  public synchronized void run() {
    budget.release(reserved);
    reserved = 0;
    spare = 0;
    if (file != null) {
      file.close();
    }
  }
}
