/** Before all tests: what a run that was ended in the middle has left behind is no part of this one. */

import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export default function clean(): void {
  rmSync(fileURLToPath(new URL('../tmp', import.meta.url)), { recursive: true, force: true });
}
