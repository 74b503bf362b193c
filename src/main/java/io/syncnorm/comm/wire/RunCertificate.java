package io.syncnorm.comm.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * The certificate and the private key that all processes of one attempt share. Each end of a
 * connection presents it, and accepts no other.
 *
 * <p>It is new for each attempt, and travels in the {@link RunKey}. The keys that encrypt a
 * connection are agreed upon on the connection (ephemeral Diffie-Hellman): who learns the private
 * key later cannot decrypt what was recorded before.
 */
public final class RunCertificate implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The only version of TLS that a run speaks. */
  public static final String PROTOCOL = "TLSv1.3";

  /** The only cipher that a run speaks. There is nothing to negotiate. */
  public static final String CIPHER = "TLS_AES_128_GCM_SHA256";

  private static final String KEY_ALGORITHM = "EC";
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int[] ECDSA_WITH_SHA256 = {1, 2, 840, 10045, 4, 3, 2};
  private static final int[] COMMON_NAME = {2, 5, 4, 3};
  private static final int SERIAL_BITS = 127;

  /** A PKCS12 store hashes its password 20,000 times, for a key that stays in memory. */
  private static final String QUICK_STORE = "JKS";

  /** TLS 1.3 gives a session to resume, in a message of its own, unless it lasts above a week. */
  private static final Duration NO_RESUMPTION = Duration.ofDays(8);

  private final byte[] certificate;
  private final byte[] privateKey;
  private transient SSLContext context;

  private RunCertificate(byte[] certificate, byte[] privateKey) {
    this.certificate = certificate;
    this.privateKey = privateKey;
  }

  /**
   * A new key pair, with its self-signed certificate.
   *
   * @throws IllegalStateException if this JVM is configured to know no elliptic curves
   */
  static RunCertificate random() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(KEY_ALGORITHM);
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      return new RunCertificate(selfSigned(pair), pair.getPrivate().getEncoded());
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  /** An X.509 certificate of version 3 (RFC 5280), without extensions and without an end. */
  private static byte[] selfSigned(KeyPair pair) throws GeneralSecurityException {
    byte[] algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
    byte[] name =
        Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text("SyncNorm run"))));
    byte[] content =
        Der.sequence(
            Der.numbered(0, Der.integer(BigInteger.TWO)), // version 3: they count from 0
            Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0)),
            algorithm,
            name,
            Der.sequence(Der.utcTime("700101000000Z"), Der.generalizedTime("99991231235959Z")),
            name,
            pair.getPublic().getEncoded());
    Signature signature = Signature.getInstance(SIGNATURE);
    signature.initSign(pair.getPrivate());
    signature.update(content);
    return Der.sequence(content, algorithm, Der.bits(signature.sign()));
  }

  /**
   * Makes connections that present this certificate and accept no other.
   *
   * @throws IllegalStateException if this JVM is configured not to speak TLS 1.3
   */
  public synchronized SSLContext context() {
    if (context == null) {
      try {
        context = newContext();
      } catch (GeneralSecurityException | IOException e) {
        throw unavailable(e);
      }
    }
    return context;
  }

  private SSLContext newContext() throws GeneralSecurityException, IOException {
    char[] noPassword = new char[0]; // the store is never written
    KeyStore store = KeyStore.getInstance(QUICK_STORE);
    store.load(null, noPassword);
    PrivateKey key =
        KeyFactory.getInstance(KEY_ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(privateKey));
    store.setKeyEntry("run", key, noPassword, new Certificate[] {parsed()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, noPassword);
    SSLContext made = SSLContext.getInstance(PROTOCOL);
    made.init(keys.getKeyManagers(), new TrustManager[] {new PinnedCertificate(certificate)}, null);
    made.getServerSessionContext().setSessionTimeout((int) NO_RESUMPTION.toSeconds());
    return made;
  }

  /** The certificate as the JDK reads it. */
  Certificate parsed() throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(certificate));
  }

  /** What both ends of a connection insist on. */
  public static SSLParameters parameters() {
    SSLParameters parameters = new SSLParameters(new String[] {CIPHER}, new String[] {PROTOCOL});
    parameters.setNeedClientAuth(true);
    return parameters;
  }

  private static IllegalStateException unavailable(Exception cause) {
    return new IllegalStateException(
        "this JVM cannot encrypt connections: expected %s with %s and %s, found: %s; see jdk.tls.disabledAlgorithms in its file java.security"
            .formatted(PROTOCOL, CIPHER, SIGNATURE, cause.getMessage()),
        cause);
  }

  /** Leaves the private key out. */
  @Override
  public String toString() {
    return "RunCertificate";
  }
}
