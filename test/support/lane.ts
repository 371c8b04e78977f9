/**
 * For every test file: nearly all fragments of tests are small, so they would not take the lane. And whoever reads a
 * buffer that was given back finds wrong bytes.
 */

import { laneSettings } from '../../src/lane/lane-settings.js';

laneSettings.smallestBytes = 64;
laneSettings.overwritesGivenBack = true;
