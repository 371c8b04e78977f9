/** The option `tls`: what is taken, and what is said of a key and a certificate with which nobody can serve. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createEchoSts, type TlsOption } from 'echo-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import { authoritiesOf } from '../../src/options/tls.js';
import { type Certificate, makeCertificate } from '../support/certificate.js';

let own: Certificate;
let other: Certificate;
let rsa: Certificate;
/** Of `own`, encrypted, in both forms that PEM has for that. */
let encrypted: string;
let encryptedAsOfOld: string;

beforeAll(async () => {
  [own, other, rsa] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate(undefined, 'rsa')]);
  const cipher = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' } as const;
  encrypted = String(createPrivateKey(own.key).export({ type: 'pkcs8', ...cipher }));
  encryptedAsOfOld = String(createPrivateKey(own.key).export({ type: 'sec1', ...cipher }));
});

/** What is said of it. */
async function complaint(tls: unknown): Promise<string> {
  const error: unknown = await createEchoSts({ tls: tls as TlsOption }).catch((reason: unknown) => reason);
  const { code, message } = error as { code: string; message: string };
  expect(code).toBe('INVALID_OPTION');
  return message;
}

describe('tls', () => {
  it('takes text, bytes and lists, and keys that are encrypted', async () => {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text));
    const taken: TlsOption[] = [
      own,
      { key: Buffer.from(own.key), cert: bytes(own.cert) },
      { key: [own.key, bytes(rsa.key)], cert: [Buffer.from(own.cert), rsa.cert] },
      { key: encrypted, cert: own.cert, passphrase: 'open' },
      { key: encryptedAsOfOld, cert: own.cert, passphrase: 'open' },
      { key: own.key, cert: `${own.cert}\n${other.cert}` },
    ];
    for (const tls of taken) await (await createEchoSts({ tls })).close();
  });

  it('says what is missing', async () => {
    expect(await complaint({ key: own.key })).toBe(
      '`tls.cert` is required, but missing: expected PEM as a non-empty string or bytes, or a list of those.',
    );
    expect(await complaint({ cert: own.cert })).toBe(
      '`tls.key` is required, but missing: expected PEM as a non-empty string or bytes, or a list of those.',
    );
    const expected = 'expected PEM as a non-empty string or bytes, or a list of those, got';
    expect(await complaint({ key: own.key, cert: '' })).toBe(`\`tls.cert\` ${expected} an empty string.`);
    expect(await complaint({ key: [], cert: own.cert })).toMatch(/^`tls\.key` expected PEM as/);
    expect(await complaint({ key: own.key, cert: [own.cert, 7] })).toMatch(/^`tls\.cert` expected PEM as/);
    expect(await complaint({ key: own.key, cert: null })).toBe(`\`tls.cert\` ${expected} null.`);
    expect(await complaint(true)).toBe('`tls` expected an object, got true.');
    expect(await complaint({ ...own, pfx: 'a' })).toMatch(
      /^Expected one of `key`, `cert`, `passphrase`, got the unknown name `tls\.pfx`\.$/,
    );
  });

  it('says what OpenSSL says of what is no PEM', async () => {
    const advice = 'pass what is in the file, not its name';
    const saysOf = (kind: string) =>
      new RegExp(`^\`tls\\.${kind}\` expected a .* in PEM, and OpenSSL says "error:[^"]+"; ${advice}\\.$`);
    for (const wrong of ['./key.pem', own.cert, new Uint8Array([1, 2, 3])])
      expect(await complaint({ key: wrong, cert: own.cert })).toMatch(saysOf('key'));
    for (const wrong of ['./cert.pem', own.key, new Uint8Array([1, 2, 3]), own.cert.slice(0, 200)])
      expect(await complaint({ key: own.key, cert: wrong })).toMatch(saysOf('cert'));
  });

  it('names the key and the certificate when both are wrong', async () => {
    expect(await complaint({ key: 'a', cert: 'b' })).toMatch(/^`tls\.key` expected .*\. `tls\.cert` expected /);
  });

  it('says that a key is encrypted', async () => {
    for (const key of [encrypted, encryptedAsOfOld]) {
      expect(await complaint({ key, cert: own.cert })).toMatch(
        /^`tls\.key` expected .* got an encrypted one, and OpenSSL says "error:[^"]+"; pass its `tls\.passphrase`\.$/,
      );
      expect(await complaint({ key, cert: own.cert, passphrase: 'wrong' })).toMatch(/; correct `tls\.passphrase`\.$/);
    }
  });

  it.each([
    ['of the same kind', () => other, 'OpenSSL says ".*key values mismatch"'],
    ['of another kind', () => rsa, 'got a mismatch, one of another key'],
  ])('says that the certificate is that of another key %s', async (_, stranger, reason) => {
    const sentence = new RegExp(
      `^\`tls\\.cert\` expected the certificate of \`tls\\.key\`, and ${reason}; pass the two that were made together\\.$`,
    );
    expect(await complaint({ key: stranger().key, cert: own.cert })).toMatch(sentence);
    expect(await complaint({ key: own.key, cert: [own.cert, stranger().cert] })).toMatch(sentence);
  });

  it('never shows the key', async () => {
    expect(await complaint({ key: own.key, cert: own.key })).not.toContain(own.key.split('\n')[1]);
  });
});

describe('who has to be trusted', () => {
  it('is the certificate that has issued itself, wherever it stands', () => {
    expect(authoritiesOf(undefined)).toBeUndefined();
    expect(new X509Certificate(authoritiesOf(own) ?? '').fingerprint).toBe(new X509Certificate(own.cert).fingerprint);
    const both = authoritiesOf({ key: own.key, cert: [Buffer.from(own.cert), other.cert] }) ?? '';
    expect(both.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });
});
