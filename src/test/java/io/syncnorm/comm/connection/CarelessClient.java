package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.RunCertificate;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client that trusts every server, and has no certificate. */
final class CarelessClient extends X509ExtendedTrustManager {
  static SSLEngine engine() throws GeneralSecurityException, SSLException {
    SSLContext context = SSLContext.getInstance(RunCertificate.PROTOCOL);
    context.init(null, new TrustManager[] {new CarelessClient()}, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    engine.setSSLParameters(RunCertificate.parameters());
    engine.beginHandshake();
    return engine;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String algorithm) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String algorithm, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String algorithm, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String algorithm) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String algorithm, Socket socket) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String algorithm, SSLEngine engine) {}

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
