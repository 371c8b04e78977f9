/** The bench's count of full garbage collections, which a target is about: a count that is always low would meet it. */

import { expect, it } from 'vitest';
import { withServer } from '../../bench/server-process.js';

it('counts each collection of everything, the last one too', async () => {
  await withServer('bare', ['--expose-gc'], async (server) => {
    await server.watchCollections();
    const counts = [(await server.collections()).markCompacts];
    for (let time = 0; time < 3; time += 1) {
      // Collects twice.
      await server.usage();
      counts.push((await server.collections()).markCompacts);
    }
    expect(counts).toEqual([0, 2, 4, 6]);
  });
});
