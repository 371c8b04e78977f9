/** The option `tls`: what it takes, whether OpenSSL can serve with it, and whom clients have to trust then. */

import type { SecureContextOptions } from 'node:tls';
import { types } from 'node:util';
import * as v from 'valibot';
import { closedRecord, field, text, together } from '../checks/fields.js';

/** PEM, as text or bytes: one, or a list of several. */
export type Pem = string | Uint8Array | readonly (string | Uint8Array)[];

/** What `https.createServer` takes for a private key and its certificate. */
export interface TlsOption {
  /** The private key, PEM; with several, one for each certificate. */
  key: Pem;
  /** The certificate, PEM, with those that issued it behind it. */
  cert: Pem;
  /**
   * What an encrypted `key` is opened with.
   * @default the key is not encrypted
   */
  passphrase?: string;
}

/** The option once its form is checked. */
type TlsInput = Pick<TlsOption, 'key' | 'cert'> & { passphrase?: string | undefined };

/** As Node takes it. */
export interface TlsSettings {
  readonly key: (string | Buffer)[];
  readonly cert: (string | Buffer)[];
  readonly passphrase: string | undefined;
}

const ADVICE = 'pass what is in the file, not its name';

const pem = field<Pem>('PEM as a non-empty string or bytes, or a list of those', (value) => {
  const parts = Array.isArray(value) ? value : [value];
  return (
    parts.length > 0 && parts.every((part) => (typeof part === 'string' || types.isUint8Array(part)) && part.length > 0)
  );
});

export const tlsOption = v.pipe(
  closedRecord({ key: pem, cert: pem, passphrase: v.optional(text) }),
  together('key', (tls) => keyFault(toTlsSettings(tls))),
  together('cert', (tls) => certFault(toTlsSettings(tls))),
  v.transform(toTlsSettings),
);

/** Certificates that are trusted. Node itself passes over what it cannot read of them, and then trusts nobody. */
export const authorities = v.pipe(
  pem,
  v.check(
    (value) => toPemList(value).every(isCertificate),
    `expected certificates in PEM, and OpenSSL cannot read them; ${ADVICE}`,
  ),
);

/** PEM as Node takes it. */
export function toPemList(value: Pem): (string | Buffer)[] {
  const parts = typeof value === 'string' || types.isUint8Array(value) ? [value] : value;
  return parts.map((part) => (typeof part === 'string' ? part : Buffer.from(part)));
}

/**
 * Those of the certificates that have issued themselves, as one text: whom a client has to trust that knows of no other
 * authority. Undefined where there is none.
 */
export function authoritiesOf(tls: TlsOption | undefined): string | undefined {
  if (tls === undefined) return undefined;
  const { X509Certificate } = cryptography();
  const blocks = toPemList(tls.cert).flatMap((part) => String(part).match(CERTIFICATES) ?? []);
  const own = blocks.filter((block) => {
    const certificate = new X509Certificate(block);
    return certificate.checkIssued(certificate);
  });
  return own.length === 0 ? undefined : own.join('\n');
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
/** How PEM says that a key is encrypted, in its two forms. */
const ENCRYPTED = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/;

function toTlsSettings({ key, cert, passphrase }: TlsInput): TlsSettings {
  return { key: toPemList(key), cert: toPemList(cert), passphrase };
}

/** What is wrong with the key alone. */
function keyFault({ key, passphrase }: TlsSettings): string | undefined {
  const refusal = refusalOf({ key, passphrase });
  if (refusal === undefined) return undefined;
  if (!key.some((part) => ENCRYPTED.test(String(part))))
    return `expected a private key in PEM, and OpenSSL says "${refusal}"; ${ADVICE}`;
  const advice = passphrase === undefined ? 'pass its `tls.passphrase`' : 'correct `tls.passphrase`';
  return `expected a private key that can be read, got an encrypted one, and OpenSSL says "${refusal}"; ${advice}`;
}

/** What is wrong with the certificate alone, or beside a key that is right. */
function certFault(tls: TlsSettings): string | undefined {
  const { key, cert, passphrase } = tls;
  const refusal = refusalOf({ cert });
  if (refusal !== undefined) return `expected a certificate in PEM, and OpenSSL says "${refusal}"; ${ADVICE}`;
  if (keyFault(tls) !== undefined) return undefined;
  const { createPrivateKey, X509Certificate } = cryptography();
  const keys = key.map((part) => createPrivateKey({ key: part, passphrase }));
  const mismatch = refusalOf({ key, cert, passphrase });
  // Of a key of another kind, as RSA beside a certificate for elliptic curves, OpenSSL says nothing until a client comes.
  const isOfKeys = cert.every((part) => keys.some((each) => new X509Certificate(part).checkPrivateKey(each)));
  if (isOfKeys && mismatch === undefined) return undefined;
  const reason = mismatch === undefined ? 'got a mismatch, one of another key' : `OpenSSL says "${mismatch}"`;
  return `expected the certificate of \`tls.key\`, and ${reason}; pass the two that were made together`;
}

function isCertificate(part: string | Buffer): boolean {
  return refusalOf({ cert: part }) === undefined;
}

/** What OpenSSL says when it cannot use them. */
function refusalOf(options: SecureContextOptions): string | undefined {
  try {
    process.getBuiltinModule('node:tls').createSecureContext(options);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Loaded, like `node:tls`, when the option is used: a server without it starts sooner. */
function cryptography(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
