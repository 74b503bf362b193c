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
 * One record that a listener on a rank has stored, on its way to the driver's storage.
 *
 * @param storage which of the router's methods takes it
 * @param type class of the record, which knows how to read itself
 */
record StoredRecord(StorageType storage, String type, byte[] bytes) implements RankReport {
  /** Bytes of the largest record: histograms of a large network's parameters come to a few MB. */
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
   * Hands it to the driver's storage.
   *
   * @throws IllegalArgumentException if the driver does not know the record's class
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
          "a listener's record cannot be read on the driver: class=%s; it needs a constructor without arguments and a place on the driver's class path"
              .formatted(type),
          e);
    }
  }
}
