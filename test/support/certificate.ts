/** A key and a certificate that it has issued itself, made for the tests of one file. */

import { generate } from 'selfsigned';

type Names = readonly ({ readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string })[];

const LOCAL: Names = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
];

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For this machine by all its names, unless other names are given. */
export async function makeCertificate(names: Names = LOCAL, keyType: 'ec' | 'rsa' = 'ec'): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'echo-sts' }], {
    keyType,
    extensions: [{ name: 'subjectAltName', altNames: [...names] }],
  });
  return { key, cert };
}

/** For a machine elsewhere. */
export const ELSEWHERE: Names = [{ type: 2, value: 'elsewhere.example' }];
