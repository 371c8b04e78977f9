/** Addresses of this machine: where a server that listens on one is reached, and which of them lead nowhere else. */

/** The name in the URL of a server that listens on this address: on every interface, it is reached through the loopback one. */
export function nameOf(host: string): string {
  const name = written(host);
  if (name === '0.0.0.0') return '127.0.0.1';
  return name === '[::]' ? '[::1]' : name;
}

/** Whether a name in a URL leads to this machine on every resolver. */
export function isLocalName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** Whether a peer with this address is on this machine. */
export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

/** As it stands in a URL: an IPv6 address shortened and in brackets. */
function written(host: string): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : name;
}
