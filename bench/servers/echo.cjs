/** echo-sts as it is published, with its default options, required. */

const { createEchoSts } = require('../../dist/index.cjs');

exports.start = () => createEchoSts();
