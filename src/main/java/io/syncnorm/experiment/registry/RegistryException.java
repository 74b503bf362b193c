package io.syncnorm.experiment.registry;

import io.syncnorm.files.UnwritableException;
import java.io.IOException;

/** The registry is there, or should be, and cannot be read. */
public final class RegistryException extends RuntimeException {
  RegistryException(String place, IOException cause) {
    super(
        "cannot read the registry at %s: %s; make it readable, or name another place with --registry"
            .formatted(place, UnwritableException.reason(cause)),
        cause);
  }
}
