/** An ordinary worker that runs beside a bad one and must not notice it. */

import { expect } from 'vitest';
import { ack, complete, processed, ready, transcript } from './expected.js';
import { fragment, type Worker } from './worker.js';

const STREAM = { stream_id: 'neighbour' };

export class Neighbour {
  readonly #worker: Worker;
  #sent = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.send('stream:init', { ...STREAM, worker_id: 'neighbour', config: {} });
  }

  /** Sends a fragment and gets its result: the server is alive, and through with what came before. */
  async speaks(): Promise<void> {
    this.#worker.send('fragment:data', fragment(this.#sent, STREAM));
    this.#sent += 1;
    await this.#worker.next('fragment:processed');
  }

  /** Ends its stream and finds that nothing was lost and nothing else came. */
  async hasNoticedNothing(): Promise<void> {
    await this.speaks();
    this.#worker.send('stream:end', STREAM);
    await this.#worker.next('stream:complete');
    const results = Array.from({ length: this.#sent }, (_, number) => [
      ['fragment:ack', ack(number)],
      ['fragment:processed', processed(number, STREAM)],
    ]);
    expect(transcript(this.#worker)).toStrictEqual([
      ['stream:ready', ready(STREAM)],
      ...results.flat(),
      ['stream:complete', complete(this.#sent, STREAM)],
    ]);
  }
}
