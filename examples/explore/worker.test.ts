import { explore } from 'echo-sts/explore';
import { expect, test } from 'vitest';
import { StreamWorker } from './worker.js'; // your worker

const speech = ['QUJD', 'REVG', 'R0hJ', 'SktM', 'TU5P', 'UFFS'];

test('the worker gets every fragment through, whatever the service does', async () => {
  await explore(
    async (sts) => {
      expect(await new StreamWorker({ url: sts.url }).run(speech)).toEqual(speech);
    },
    { seed: 3 }, // so that the page shows what is printed: leave it out
  );
}, 60_000);
