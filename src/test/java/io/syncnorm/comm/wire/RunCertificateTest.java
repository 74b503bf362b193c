package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JDK reads the certificates that we write. */
class RunCertificateTest {
  private static final int P256_BITS = 256;

  private static X509Certificate random() throws Exception {
    return (X509Certificate) RunCertificate.random().parsed();
  }

  @Test
  void shouldWriteACertificateThatTheJdkReads() throws Exception {
    X509Certificate certificate = random();
    assertEquals(3, certificate.getVersion());
    assertEquals("CN=SyncNorm run", certificate.getSubjectX500Principal().getName());
    assertEquals(certificate.getSubjectX500Principal(), certificate.getIssuerX500Principal());
    assertEquals("SHA256withECDSA", certificate.getSigAlgName());
    assertEquals(1, certificate.getSerialNumber().signum());
    assertNull(certificate.getCriticalExtensionOIDs());
    ECPublicKey key = (ECPublicKey) certificate.getPublicKey();
    assertEquals(P256_BITS, key.getParams().getCurve().getField().getFieldSize());
  }

  /** Signatures and serial numbers have different lengths: with many, all of them occur. */
  @Test
  void shouldSignTheCertificateWithItsOwnKey() throws Exception {
    for (int i = 0; i < 50; i++) {
      X509Certificate certificate = random();
      certificate.verify(certificate.getPublicKey());
    }
    X509Certificate other = random();
    assertThrows(Exception.class, () -> random().verify(other.getPublicKey()));
  }

  /** Clocks of the machines of a run may differ by any amount. */
  @Test
  void shouldBeValidAtAnyTime() throws Exception {
    X509Certificate certificate = random();
    for (String time : List.of("1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z")) {
      certificate.checkValidity(Date.from(Instant.parse(time)));
    }
  }

  @Test
  void shouldTrustItselfAndNoOther() throws Exception {
    X509Certificate own = random();
    X509Certificate other = random();
    PinnedCertificate trust = new PinnedCertificate(own.getEncoded());
    X509Certificate[] expected = {own};
    trust.checkClientTrusted(expected, "EC");
    trust.checkServerTrusted(expected, "EC");
    for (X509Certificate[] chain :
        new X509Certificate[][] {{}, {other}, {own, other}, {other, own}, {own, own}}) {
      assertThrows(CertificateException.class, () -> trust.checkClientTrusted(chain, "EC"));
      assertThrows(CertificateException.class, () -> trust.checkServerTrusted(chain, "EC"));
    }
    assertArrayEquals(new X509Certificate[0], trust.getAcceptedIssuers());
  }

  @Test
  void shouldBeNewEachTimeAndNotReveal() throws Exception {
    assertNotEquals(random(), random());
    assertNotEquals(random().getPublicKey(), random().getPublicKey());
    assertFalse(RunCertificate.random().toString().contains("["));
  }
}
