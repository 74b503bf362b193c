package io.syncnorm.experiment.registry;

import io.syncnorm.files.UnwritableException;
import java.io.IOException;

/** Thrown when the registry cannot be read. */
public final class RegistryException extends RuntimeException {
  RegistryException(String place, IOException cause) {
    super(
        "cannot read the registry at %s: %s; make it readable, or choose another location with --registry"
            .formatted(place, UnwritableException.reason(cause)),
        cause);
  }
}
