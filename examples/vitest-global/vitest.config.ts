import { defineConfig } from 'vitest/config';

// Or, with the defaults and without a file: globalSetup: ['echo-sts/vitest/global-setup'].
export default defineConfig({ test: { globalSetup: ['./global-setup.ts'] } });
