package io.syncnorm.dl4j;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.StorageType;

/**
 * A record that a listener stored on a rank, to be sent to the driver's storage.
 *
 * @param storage kind of record, which selects the router's method
 * @param type class of the record, which can decode itself
 */
record StoredRecord(StorageType storage, String type, byte[] bytes) implements RankReport {
  /** Largest record in bytes: histograms of a large network's parameters take a few MB. */
  static final int MAX_BYTES = 1 << 26;

  static StoredRecord of(StorageType storage, Persistable stored) {
    return new StoredRecord(storage, stored.getClass().getName(), stored.encode());
  }

  @Override
  public int kind() {
    return RECORD;
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    if (bytes.length > MAX_BYTES - 1024) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a listener's record is too large to send: expected bytes<=%d, found %d of %s",
              MAX_BYTES - 1024,
              bytes.length,
              type));
    }
    out.writeUTF(storage.name());
    out.writeUTF(type);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static StoredRecord readFrom(DataInput in) throws IOException {
    StorageType storage = StorageType.valueOf(in.readUTF());
    String type = in.readUTF();
    int length = in.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("not a stored record: length=" + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new StoredRecord(storage, type, bytes);
  }

  /**
   * Puts the record into the driver's storage.
   *
   * @throws IllegalArgumentException if the driver cannot load the record's class
   */
  void putInto(StatsStorageRouter router) {
    try {
      Class<? extends Persistable> known = Class.forName(type).asSubclass(Persistable.class);
      Persistable stored = known.getDeclaredConstructor().newInstance();
      stored.decode(bytes);
      switch (storage) {
        case MetaData -> router.putStorageMetaData((StorageMetaData) stored);
        case StaticInfo -> router.putStaticInfo(stored);
        case Update -> router.putUpdate(stored);
      }
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          "cannot read a listener's record on the driver: class=%s; give the class a constructor without arguments and put it on the driver's class path"
              .formatted(type),
          e);
    }
  }
}
