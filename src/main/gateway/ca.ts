import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000
const CA_DAYS = 3650
const LEAF_DAYS = 30
/** Certificates count from a day ago, for clients whose clock is behind. */
const SKEW = DAY

/** Berth's certificate authority as the vault keeps it. PEM. */
export interface StoredCa {
  readonly certificate: string
  readonly privateKey: string
}

/** A certificate for one host. PEM; `renewAt` is well before its end. */
export interface Leaf {
  readonly key: string
  readonly certificate: string
  readonly renewAt: number
}

/** Signs leaf certificates. */
export interface Authority {
  readonly certificate: string
  issue(host: string): Promise<Leaf>
}

/** A positive serial number of 16 random bytes (RFC 5280 §4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

const newKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function toPem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

/** Makes an authority that may sign leaves and no further authority. */
export async function makeCa(now: number): Promise<StoredCa> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serial(),
      name: 'CN=Berth local gateway',
      notBefore: new Date(now - SKEW),
      notAfter: new Date(now + CA_DAYS * DAY),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  )
  return { certificate: certificate.toString('pem'), privateKey: await toPem(keys.privateKey) }
}

/** When an authority ends, in milliseconds since the epoch. */
export const caEnds = (ca: StoredCa): number => new x509.X509Certificate(ca.certificate).notAfter.getTime()

/** Opens a stored authority. One key pair serves all its leaves and lives as long as this object. */
export async function openCa(ca: StoredCa, now: () => number): Promise<Authority> {
  const issuer = new x509.X509Certificate(ca.certificate)
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(ca.privateKey),
    ALGORITHM,
    false,
    ['sign'],
  )
  const keys = await newKeys()
  const key = await toPem(keys.privateKey)
  const leafExtensions = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    await x509.AuthorityKeyIdentifierExtension.create(issuer, false, crypto),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
  ]
  return {
    certificate: ca.certificate,
    async issue(host) {
      const start = now() - SKEW
      const leaf = await x509.X509CertificateGenerator.create(
        {
          serialNumber: serial(),
          // A common name holds at most 64 characters; the name that counts is the alternative one.
          subject: 'CN=Berth local gateway leaf',
          issuer: issuer.subject,
          notBefore: new Date(start),
          notAfter: new Date(start + LEAF_DAYS * DAY),
          publicKey: keys.publicKey,
          signingKey,
          signingAlgorithm: ALGORITHM,
          extensions: [
            ...leafExtensions,
            new x509.SubjectAlternativeNameExtension([
              { type: isIP(host) === 0 ? 'dns' : 'ip', value: host },
            ]),
          ],
        },
        crypto,
      )
      return { key, certificate: leaf.toString('pem'), renewAt: start + (LEAF_DAYS - 5) * DAY }
    },
  }
}
