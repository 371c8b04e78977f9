/** One server for all test files, with these options. */
module.exports = {
  globalSetup: 'echo-sts/jest/global-setup',
  globalTeardown: 'echo-sts/jest/global-teardown',
  globals: { echoSts: { delayMs: 5 } },
};
