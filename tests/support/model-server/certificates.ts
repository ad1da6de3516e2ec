import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY = 24 * 60 * 60 * 1000

/** A certificate authority that exists for one model server only. */
export interface TestAuthority {
  readonly caPem: string
  /** Key and certificate chain (PEM) for this host name or IP address; made once per host. */
  leafFor(host: string): Promise<{ readonly key: string; readonly cert: string }>
}

type Leaf = Awaited<ReturnType<TestAuthority['leafFor']>>

async function newKeys(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(KEY, true, ['sign', 'verify'])) as CryptoKeyPair
}

function lifetime(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 30 * DAY) }
}

function serial(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')
}

function selfSigned(keys: CryptoKeyPair): Promise<X509Certificate> {
  return X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Model server test CA',
    ...lifetime(),
    signingAlgorithm: KEY,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
}

async function leaf(ca: X509Certificate, caKeys: CryptoKeyPair, host: string): Promise<Leaf> {
  const keys = await newKeys()
  const isAddress = /^[\d.]+$|:/.test(host)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [host.slice(0, 64)] }],
    issuer: ca.subject,
    ...lifetime(),
    signingAlgorithm: KEY,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new SubjectAlternativeNameExtension([{ type: isAddress ? 'ip' : 'dns', value: host }]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  })
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { key, cert: certificate.toString('pem') }
}

/** Makes a new authority; its key never leaves memory. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const keys = await newKeys()
  const ca = await selfSigned(keys)
  const leaves = new Map<string, Promise<Leaf>>()
  return {
    caPem: ca.toString('pem'),
    leafFor(host) {
      const known = leaves.get(host) ?? leaf(ca, keys, host)
      leaves.set(host, known)
      return known
    },
  }
}
