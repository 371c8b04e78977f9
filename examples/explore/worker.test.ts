import { explore } from 'echo-sts/explore';
import { expect, test } from 'vitest';
import { StreamWorker } from './worker.js'; // your worker

const speech = ['QUJD', 'REVG', 'R0hJ', 'SktM', 'TU5P', 'UFFS'];

test('the worker gets every fragment through, whatever the service does', async () => {
  await explore(async (sts) => {
    const worker = new StreamWorker({ url: sts.url });
    expect(await worker.run(speech)).toEqual(speech);
  });
}, 60_000);
