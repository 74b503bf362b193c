package io.syncnorm.data.shard;

/** What a store must free: memory of the budget and its file. Thread-safe. */
final class Holdings implements Runnable {
  private final Budget budget;
  private long reserved;
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

  long free() {
    return budget.free();
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
    heir.file = file;
    reserved = 0;
    file = null;
    return heir;
  }

  /** Frees everything; calling it again has no effect. */
  @Override
  public synchronized void run() {
    budget.release(reserved);
    reserved = 0;
    if (file != null) {
      file.close();
    }
  }
}
