/** The same without the fast lane. There is no option for that, and so none of what is published. */

import { createEchoSts } from '../../src/index.ts';
import { laneSettings } from '../../src/lane/lane-settings.ts';

laneSettings.isUsed = false;

export const start = () => createEchoSts();
