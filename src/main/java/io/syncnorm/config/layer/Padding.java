package io.syncnorm.config.layer;

import java.io.Serializable;
import java.util.Locale;

/** The rows and columns added around an image before a window moves over it. */
public sealed interface Padding extends Serializable {
  /** No padding; written {@code valid}. */
  Fixed VALID = new Fixed(0, 0, 0, 0);

  /** As many as give {@code ceil(size / stride)} positions of the window; written {@code same}. */
  Same SAME = new Same();

  /** Depends on the image; see {@link #SAME}. */
  record Same() implements Padding {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean fits(Extent window) {
      return true;
    }

    @Override
    public String text() {
      return "same";
    }
  }

  /** Fixed numbers; written as one number if they are equal, otherwise as a list. */
  record Fixed(int top, int bottom, int left, int right) implements Padding {
    private static final long serialVersionUID = 1L;

    /**
     * @throws IllegalArgumentException if a number is negative
     */
    public Fixed {
      if (top < 0 || bottom < 0 || left < 0 || right < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "padding must not be negative: top=%d bottom=%d left=%d right=%d",
                top,
                bottom,
                left,
                right));
      }
    }

    @Override
    public boolean fits(Extent window) {
      return Math.max(top, bottom) < window.height() && Math.max(left, right) < window.width();
    }

    @Override
    public String text() {
      if (top != bottom || top != left || top != right) {
        return String.format(Locale.ROOT, "[%d, %d, %d, %d]", top, bottom, left, right);
      }
      return top == 0 ? "valid" : String.valueOf(top);
    }
  }

  /** Whether every position of a window has a pixel of the image. */
  boolean fits(Extent window);

  /** The padding as HOCON. */
  String text();
}
