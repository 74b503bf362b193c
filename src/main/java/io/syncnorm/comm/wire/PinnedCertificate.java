package io.syncnorm.comm.wire;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate, by its bytes, and no other.
 *
 * <p>Nothing else in it is checked. Its name is not that of a host: whoever holds its private key
 * belongs to the run, on whichever machine. Its dates say nothing: the run ends when its processes
 * forget the key, and the clocks of their machines may differ. Its signature is by itself.
 *
 * @implNote The extended class, because JSSE adds checks of its own to any other trust manager.
 */
final class PinnedCertificate extends X509ExtendedTrustManager {
  private final byte[] expected;

  /**
   * @param expected the certificate, in DER
   */
  PinnedCertificate(byte[] expected) {
    this.expected = expected.clone();
  }

  private void require(X509Certificate[] chain) throws CertificateException {
    if (chain.length != 1 || !MessageDigest.isEqual(chain[0].getEncoded(), expected)) {
      throw new CertificateException("the other side has another certificate than this run's");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String algorithm)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String algorithm, Socket socket)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String algorithm, SSLEngine engine)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String algorithm)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String algorithm, Socket socket)
      throws CertificateException {
    require(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String algorithm, SSLEngine engine)
      throws CertificateException {
    require(chain);
  }

  /** Issuers of trusted certificates: there are none. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
