/** The parts of the benchmark, in the order in which they run, and what each measures. */

import { cli } from './parts/cli.js';
import { close } from './parts/close.js';
import { control } from './parts/control.js';
import { cpu } from './parts/cpu.js';
import { exploring } from './parts/explore.js';
import { format } from './parts/format.js';
import { garbage } from './parts/garbage.js';
import { heap } from './parts/heap.js';
import { coldImport } from './parts/import.js';
import { lane } from './parts/lane.js';
import { latency } from './parts/latency.js';
import { sessions } from './parts/sessions.js';
import { testFiles } from './parts/test-files.js';
import { timeline } from './parts/timeline.js';
import type { Part } from './report.js';

export const PARTS: Readonly<Record<string, Part>> = {
  cpu,
  lane,
  garbage,
  timeline,
  latency,
  import: coldImport,
  cli,
  vitest: testFiles,
  close,
  sessions,
  heap,
  format,
  control,
  explore: exploring,
};
