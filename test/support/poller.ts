/** A worker on the polling transport that polls only when a test says so. */

export interface Poller {
  /** The id of its engine.io session. */
  readonly sid: string;
  /** Sends packets; answers `ok`, or what is wrong. */
  post(packets: string): Promise<string>;
  /** Polls; answers the packets that were waiting, or waits for one. */
  get(): Promise<string>;
}

/** A Socket.IO session as a worker has it after its `connect`. */
export async function poll(url: string): Promise<Poller> {
  const path = `${url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(path)).text();
  const { sid } = JSON.parse(opened.slice(1));
  const ask = async (request: RequestInit) => (await fetch(`${path}&sid=${sid}`, request)).text();
  const poller: Poller = {
    sid,
    post: (body) => ask({ method: 'POST', body }),
    get: () => ask({}),
  };
  await poller.post('40');
  await poller.get();
  return poller;
}
